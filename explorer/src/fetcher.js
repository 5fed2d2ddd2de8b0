import { Kind, parse } from "graphql";

// The endpoint beside this page, whatever path a proxy serves them under.
const endpoint = new URL("graphql", document.baseURI);

/**
 * Sends an operation and returns its result.
 *
 * The header X-Upstream-Report asks for the list of portal calls; the server
 * decides whether this caller may see it.
 */
export async function fetcher(operation, options) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      Accept: "application/graphql-response+json, application/json;q=0.9",
      "Content-Type": "application/json",
      ...(operation.operationName === "IntrospectionQuery" ? {} : { "X-Upstream-Report": "1" }),
      ...filled(options?.headers),
    },
    body: JSON.stringify(isNamed(operation) ? operation : { ...operation, operationName: undefined }),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The server answered ${response.status} ${response.statusText}, not with JSON: ${text.slice(0, 500)}`);
  }
}

/** Leaves out headers that are empty, such as a token that has not been put in. */
const filled = (headers = {}) => Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));

/**
 * Reports whether the operation's name is one in its document. GraphiQL reads
 * names a moment after the text has changed: who is quick sends an old one.
 */
function isNamed({ query, operationName }) {
  try {
    return parse(query).definitions.some(({ kind, name }) => kind === Kind.OPERATION_DEFINITION && name?.value === operationName);
  } catch {
    return true; // the server says what is wrong
  }
}
