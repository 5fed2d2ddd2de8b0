import { ToolbarButton, useGraphiQL } from "@graphiql/react";
import { useEffect, useState } from "react";

/**
 * Returns the query and variables of the page's address, and takes them out of
 * it: they are a tab now, which a reload shows as it has become.
 */
export function takeLink() {
  const parameters = new URLSearchParams(location.search);
  const query = parameters.get("query") || undefined;
  const variables = (query && parameters.get("variables")) || undefined;
  if (location.search) history.replaceState(null, "", location.pathname);
  if (query) remember(query, variables);
  return { query, variables };
}

/** Makes a reload show this query, even if nobody has changed it by then. */
function remember(query, variables = "") {
  try {
    localStorage.setItem("graphiql:query", query);
    localStorage.setItem("graphiql:variables", variables);
  } catch {
    // Without storage, a reload starts anew.
  }
}

/** A button that copies the address of the current query. */
export function CopyLink() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 3000);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    const address = new URL(location.pathname, location.origin);
    address.searchParams.set("query", queryEditor.getValue());
    const variables = variableEditor?.getValue().trim();
    if (variables) address.searchParams.set("variables", variables);
    try {
      await navigator.clipboard.writeText(address.href);
    } catch {
      history.replaceState(null, "", address); // no clipboard on plain http: take it from the address bar
    }
    setCopied(true);
  }

  return (
    <>
      <ToolbarButton onClick={copy} label={copied ? "Link copied" : "Copy link to this query"}>
        <svg className="graphiql-toolbar-icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
          <path d="M10 14a4 4 0 0 0 5.7 0l3.5-3.5a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-5.7 0l-3.5 3.5a4 4 0 0 0 5.7 5.7l1.2-1.2" />
        </svg>
      </ToolbarButton>
      <span className="hidden-visually" role="status">{copied && "Link copied"}</span>
    </>
  );
}
