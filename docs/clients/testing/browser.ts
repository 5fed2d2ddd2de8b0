// A browser as far as React and the server can tell. Imported before React,
// which looks for one when it is loaded.
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('<!doctype html>');
Object.assign(globalThis, { window, document: window.document });
globalThis.navigator ??= window.navigator; // Node has one of its own from version 21 on

/** The connection, which a test can take down, or let lose the answers alone. */
export const network = { isDown: false, losesAnswers: false };

// A browser names the page's origin in every request to another one, and the
// server refuses what any page could send without asking. Node's fetch names
// none, so a client that no browser could use would pass.
export const nodeFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  if (network.isDown) throw new TypeError('Failed to fetch');
  const request = new Request(input, init);
  request.headers.set('Origin', 'https://app.example.com');
  const response = await nodeFetch(request);
  if (network.losesAnswers) throw new TypeError('Failed to fetch');
  return response;
};
