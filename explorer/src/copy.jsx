import { CopyIcon, KEY_MAP, KeyCode, KeyMod, ToolbarButton, useGraphiQL } from "@graphiql/react";
import { useCallback, useEffect, useState } from "react";
import { copyText } from "./clipboard.js";
import { signsIn } from "./secrets.js";

// How long a word on what has happened is shown: one that asks for something
// can be read, and done.
const shownFor = { done: 2_000, failed: 10_000 };

/** The buttons that copy the query, and the address of it. */
export function CopyButtons() {
  return (
    <>
      <CopyQuery />
      <CopyLink />
    </>
  );
}

/** GraphiQL's own says nothing, and copies nothing over plain http. */
function CopyQuery() {
  const editor = useGraphiQL((state) => state.queryEditor);
  const [notice, tell] = useNotice();

  const copy = useCallback(async () => {
    if (await copyText(editor.getValue())) {
      tell("done", "Query copied");
      return;
    }
    editor.focus();
    editor.setSelection(editor.getModel().getFullModelRange());
    tell("failed", "Not copied. It is selected: press Ctrl-C, or ⌘C");
  }, [editor, tell]);

  useEffect(() => {
    // In place of GraphiQL's, which the menu of the editor leads to, and its keys:
    // the ones of the label on a Mac alone.
    const keybindings = [KeyMod.Shift | KeyMod.CtrlCmd | KeyCode.KeyC];
    const action = editor?.addAction({ id: "graphql-copy", label: "Copy Query", keybindings, run: copy });
    return () => action?.dispose();
  }, [editor, copy]);

  return (
    <CopyButton label={`Copy query (${KEY_MAP.copyQuery.key})`} onClick={copy} notice={notice}>
      <CopyIcon className="graphiql-toolbar-icon" aria-hidden="true" />
    </CopyButton>
  );
}

function CopyLink() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const [notice, tell] = useNotice();

  async function copy() {
    const address = new URL(location.pathname, location.origin);
    address.searchParams.set("query", queryEditor.getValue());
    const variables = variableEditor?.getValue().trim();
    if (variables && !signsIn(queryEditor.getValue())) address.searchParams.set("variables", variables);
    if (await copyText(address.href)) {
      tell("done", "Link copied");
      return;
    }
    history.replaceState(null, "", address);
    tell("failed", "Not copied. The link is in the address bar");
  }

  return (
    <CopyButton label="Copy link to this query" onClick={copy} notice={notice}>
      <svg className="graphiql-toolbar-icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
        <path d="M10 14a4 4 0 0 0 5.7 0l3.5-3.5a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-5.7 0l-3.5 3.5a4 4 0 0 0 5.7 5.7l1.2-1.2" />
      </svg>
    </CopyButton>
  );
}

/** A button, and beside it for a while what has come of it. */
function CopyButton({ label, onClick, notice, children }) {
  return (
    <div className="copy">
      <ToolbarButton onClick={onClick} label={label}>{children}</ToolbarButton>
      <span className="copy-notice" role="status">{notice?.text}</span>
    </div>
  );
}

/** Returns what to show, if anything, and a function that shows something. */
function useNotice() {
  const [notice, setNotice] = useState(null);
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => setNotice(null), shownFor[notice.kind]);
    return () => clearTimeout(timer);
  }, [notice]);
  const tell = useCallback((kind, text) => setNotice({ kind, text }), []);
  return [notice, tell];
}
