// What the tests of all clients share; imported first.
import { network, nodeFetch } from './browser';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'node:test';
import { cleanup, configure, fireEvent, screen } from '@testing-library/react';

configure({ asyncUtilTimeout: 20_000 }); // for slow machines

/** The running server; `.ci/clients` starts one on the demo portal. */
export const url = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:8080/graphql';

/** The demo portal behind it, which can be told to fail. */
const portal = process.env.PORTAL_URL;

const faults = (method: string, body?: object) =>
  nodeFetch(`${portal}/demo/faults`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });

/** Makes the portal answer a call with a web page, or fail as `fault` says, until it is mended: the fields behind it fail. */
export async function breakPortal(route: string, fault: object = { kind: 'HTMLPage' }) {
  const { status } = await faults('POST', { ...fault, route });
  if (status !== 201) throw new Error(`the portal cannot be broken: ${status}`);
}

export const mendPortal = () => faults('DELETE');

/** Undoes what has been written. */
export const restorePortal = () => nodeFetch(`${portal}/demo/reset`, { method: 'POST' });

/** Asks for something as another user would, past the client that is tested. */
export async function elsewhere(query: string): Promise<any> {
  const response = await nodeFetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()).data;
}

afterEach(async () => {
  cleanup();
  network.isDown = network.losesAnswers = false;
  await mendPortal();
});

export { network };

/** A person who comes back: each token is refused until they sign in again. */
export const session = () => {
  let token: string | undefined = 'expired';
  return { token: () => token, signIn: () => (token = undefined), expire: () => (token = 'expired again') };
};

/** Clicks a button as soon as it is there. */
export const click = async (name: string) => fireEvent.click(await screen.findByText(name));

/** What the page says has failed. */
export const failure = async () => (await screen.findByRole('alert')).firstChild?.textContent;

/** The text of each item of the list on the page. */
export const items = () => Array.from(document.querySelectorAll('li'), (item) => item.textContent);

/** What the items of a board of the demo portal are after two pages of two. */
export const twoPages = [
  'Fleet telematics rollout Nordfrakt Logistics AB',
  'Warehouse scanners, phase 2 Priya Raman',
  'Untitled lead ',
  'Board portal licences Hollis & Wren LLP',
];

/** The queries of docs/queries by name, one for each screen of a dashboard. */
export function screens() {
  const folder = join(process.cwd(), '../queries');
  return readdirSync(folder).map((name) => ({ name, query: readFileSync(join(folder, name), 'utf8') }));
}
