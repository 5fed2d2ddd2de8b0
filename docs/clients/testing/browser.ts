// What the tests of all clients share; imported first, before React looks for
// a browser.
import { JSDOM } from 'jsdom';

/** The running server; `.ci/clients` starts one on the demo portal. */
export const url = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:8080/graphql';

const { window } = new JSDOM('<!doctype html>');
Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });
globalThis.navigator ??= window.navigator; // Node has one of its own from version 21 on

// A browser names the page's origin in every request to another one, and the
// server refuses what any page could send without asking. Node's fetch names
// none, so a client that no browser could use would pass.
const nodeFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const request = new Request(input, init);
  request.headers.set('Origin', 'https://app.example.com');
  return nodeFetch(request);
};

/** The text of each item of the list on the page. */
export const items = () => Array.from(document.querySelectorAll('li'), (item) => item.textContent);

/** What `items` are when the board of the demo portal shows two pages of two. */
export const twoPages = [
  'Fleet telematics rollout, Nordfrakt Logistics AB',
  'Warehouse scanners, phase 2, Priya Raman',
  'Untitled lead, ',
  'Board portal licences, Hollis & Wren LLP',
];
