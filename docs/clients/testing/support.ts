// What the tests of all clients share; imported first.
import './browser';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configure } from '@testing-library/react';

configure({ asyncUtilTimeout: 20_000 }); // for slow machines

/** The running server; `.ci/clients` starts one on the demo portal. */
export const url = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:8080/graphql';

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
