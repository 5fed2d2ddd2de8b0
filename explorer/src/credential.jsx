import { useGraphiQL } from "@graphiql/react";
import { useEffect, useRef } from "react";
import { isDemo } from "./portal.js";

/** What the header editor shows before somebody writes into it. */
export const defaultHeaders = `${isDemo ? "// The demo portal asks for no token. For a portal of your own:\n" : ""}\
// Get a portal token, once:
//
//   curl https://portal.example.com/api/2.0/authentication.json \\
//     -H 'Content-Type: application/json' \\
//     -d '{"userName":"you@example.com","password":"..."}'
//
// Put response.token here and take the slashes away. It goes
// with every query, in every tab, until you reload the page.
{
  // "Authorization": "<token>"
}
`;

/**
 * Brings the headers along into every tab that is opened: a token is for the
 * portal, not for one query.
 */
export function KeepHeaders() {
  const id = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.id);
  const editor = useGraphiQL((state) => state.headerEditor);
  const kept = useRef(null);

  useEffect(() => {
    if (!editor) return;
    if (kept.current && isUntouched(editor.getValue())) editor.setValue(kept.current);
    const listener = editor.onDidChangeModelContent(({ isFlush }) => {
      if (!isFlush) kept.current = editor.getValue(); // typed, not set
      else if (kept.current && isUntouched(editor.getValue())) queueMicrotask(() => editor.setValue(kept.current)); // the history has none
    });
    return () => listener.dispose();
  }, [id, editor]);
}

const isUntouched = (text) => text.trim() === "" || text === defaultHeaders;
