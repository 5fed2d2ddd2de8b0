import { useGraphiQL } from "@graphiql/react";
import { useEffect, useRef } from "react";
import { isDemo, usePortalAddress } from "./portal.js";

/**
 * What the header editor shows before somebody writes into it: where the token
 * goes, and how to get one from the portal at an address. An empty header is not
 * sent.
 */
const suggestion = (address = isDemo ? "https://portal.example.com" : "<your portal's address>") => `{
  "Authorization": ""
}
${isDemo ? "// The demo asks for no token. For your own portal:\n" : ""}\
// Your portal token goes between the quotes, and
// then with every query in every tab until you
// reload the page. To get one, once:
//
//   curl ${address}/api/2.0/authentication.json \\
//     -H 'Content-Type: application/json' \\
//     -d '{"userName":"you@example.com","password":"..."}'
//
// It is "token" in the "response" of the answer.
`;

export const defaultHeaders = suggestion();

/** The place of the token in a suggestion: between the quotes. */
const tokenPlace = { lineNumber: 2, column: '  "Authorization": "'.length + 1 };

/**
 * Brings the headers along into every tab that is opened: a token is for the
 * portal, not for one query. Where nobody has written any, they are a suggestion.
 */
export function KeepHeaders() {
  const id = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.id);
  const editor = useGraphiQL((state) => state.headerEditor);
  const address = usePortalAddress();
  const kept = useRef(null);

  useEffect(() => {
    if (!editor) return;
    const suggested = suggestion(address);

    function fill() {
      const text = editor.getValue();
      const wanted = kept.current ?? suggested;
      if (text !== wanted && isUntouched(text)) editor.setValue(wanted);
    }

    fill();
    const listener = editor.onDidChangeModelContent(({ isFlush }) => {
      if (!isFlush) kept.current = editor.getValue(); // typed, not set
      else queueMicrotask(fill); // the history has none
    });
    return () => listener.dispose();
  }, [id, editor, address]);

  // A click on "Headers" leads to where the token goes.
  useEffect(() => {
    if (!editor) return;
    const button = document.querySelector(".graphiql-editor-tools [data-name=headers]");
    const enter = () => requestAnimationFrame(() => { // when it is drawn
      if (isSuggestion(editor.getValue())) editor.setPosition(tokenPlace);
      editor.focus();
    });
    button.addEventListener("click", enter);
    return () => button.removeEventListener("click", enter);
  }, [editor]);
}

const isSuggestion = (text) => /^\{\n  "Authorization": ""\n\}\n\/\/ /.test(text);
const isUntouched = (text) => text.trim() === "" || isSuggestion(text);

/** Opens the headers, and puts the cursor where the token goes. */
export function OpenHeaders() {
  return (
    <button type="button" className="link" onClick={() => document.querySelector(".graphiql-editor-tools [data-name=headers]").click()}>
      Headers
    </button>
  );
}
