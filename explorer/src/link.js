import { storage } from "./storage.js";

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
    storage.setItem("graphiql:query", query);
    storage.setItem("graphiql:variables", variables);
  } catch {
    // Without storage, a reload starts anew.
  }
}
