import { breakPortal, click, failure, items, mendPortal, network, session, url } from '../../testing/support';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Suspense } from 'react';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { fetchQuery, graphql, RelayEnvironmentProvider } from 'react-relay';
import { createOperationDescriptor, type Environment, getRequest } from 'relay-runtime';
import type { relayTestCardsQuery } from './__generated__/relayTestCardsQuery.graphql';
import type { relayTestPartialQuery } from './__generated__/relayTestPartialQuery.graphql';
import type { relayTestPageQuery } from './__generated__/relayTestPageQuery.graphql';
import { Customer } from './Customer';
import { ErrorBoundary } from './ErrorBoundary';
import { codeOf, createEnvironment, type FieldError, messageOf } from './environment';

const show = (environment: Environment) =>
  render(
    <RelayEnvironmentProvider environment={environment}>
      <ErrorBoundary>
        {(attempt) => (
          <Suspense fallback="…">
            <Customer id="1013" first={2} fetchKey={attempt} />
          </Suspense>
        )}
      </ErrorBoundary>
    </RelayEnvironmentProvider>,
  );

test('values and contacts are one record each', async () => {
  const environment = createEnvironment({ url });
  const query = graphql`
    query relayTestCardsQuery($ids: [ID!]!) {
      opportunitiesByIds(ids: $ids) {
        id
        contact {
          id
          displayName
        }
        stage {
          id
          title
        }
        bidCurrency {
          abbreviation
          symbol
        }
        customFields {
          id
          fieldId
          fieldValue
        }
      }
    }
  `;
  // 3101 and 3109 have fields in common, 3101 and 3106 the customer.
  const variables = { ids: ['3101', '3109', '3106'] };
  const fresh = await fetchQuery<relayTestCardsQuery>(environment, query, variables).toPromise();
  assert.ok(fresh);
  const operation = createOperationDescriptor(getRequest(query), variables);
  assert.equal(environment.check(operation).status, 'available');
  assert.deepEqual(environment.lookup(operation.fragment).data, fresh);
  const regions = fresh.opportunitiesByIds.map(
    (card) => card?.customFields.find((field) => field.fieldId === '74')?.fieldValue,
  );
  assert.deepEqual(regions, ['Nordics', 'Asia / Pacific', undefined]);

  const source = environment.getStore().getSource();
  const records = source.getRecordIDs().map((id) => source.get(id));
  const named = records.filter((record) => record?.displayName === 'Nordfrakt Logistics AB');
  assert.equal(named.length, 1);
  assert.equal(named[0]?.__id, 'Q29udGFjdDoxMDAx'); // the contact's nodeId
  assert.equal(source.get('CustomField:opportunity:3101:74')?.fieldValue, 'Nordics');
  assert.equal(source.get('CustomField:opportunity:3109:74')?.fieldValue, 'Asia / Pacific');
});

test('More appends a page, by node(nodeId:)', async () => {
  const environment = createEnvironment({ url });
  show(environment);
  await click('More');
  await rows(4);

  const four = await fetchQuery<relayTestPageQuery>(
    createEnvironment({ url }),
    graphql`
      query relayTestPageQuery {
        contact(id: 1013) {
          opportunities(first: 4) {
            nodes {
              title
            }
          }
        }
      }
    `,
    {},
  ).toPromise();
  assert.deepEqual(items(), four?.contact?.opportunities?.nodes.map(({ title }) => title));
});

const rows = (count: number) => waitFor(() => assert.equal(new Set(items()).size, count));

test('when More fails, the rows stay, and it can be tried again', async () => {
  show(createEnvironment({ url }));
  await rows(2);
  await breakPortal('crm/opportunity/filter'); // the list is null
  await click('More');
  assert.match((await failure()) ?? '', /^node\.opportunities: /);
  await rows(2);
  await mendPortal();
  network.isDown = true;
  await click('Try again');
  await screen.findByText(/^The server cannot be reached/);
  await rows(2);
  network.isDown = false;
  await click('Try again');
  await rows(4);
  assert.equal(screen.queryByRole('alert'), null);
});

test('refreshing keeps the pages that are there, even if it fails', async () => {
  const errors: FieldError[] = [];
  show(createEnvironment({ url, onFieldErrors: (found) => errors.push(...found) }));
  await click('More');
  await rows(4);
  const before = items();

  await breakPortal('crm/opportunity/filter');
  await click('Refresh');
  await waitFor(() => assert.equal(errors.length, 1));
  await rows(4);
  await mendPortal();
  network.isDown = true;
  await click('Refresh');
  assert.equal(await failure(), 'The server cannot be reached.');
  await rows(4);
  network.isDown = false;
  await click('Try again');
  await waitFor(() => assert.equal(screen.queryByRole('alert'), null));
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(items(), before);
  await click('More'); // goes on after them
  await rows(6);
  assert.deepEqual(items().slice(0, 4), before);
});

test('being signed out is told each time', async () => {
  const error = console.error;
  console.error = () => {}; // React reports what a boundary catches
  let signedOut = 0;
  const { token, signIn, expire } = session();
  show(createEnvironment({ url, token, onSignedOut: () => signedOut++ }));
  await failure();
  console.error = error;
  assert.equal(signedOut, 1);
  signIn();
  await click('Try again');
  await rows(2);
  expire();
  await click('More');
  await failure();
  assert.equal(signedOut, 2);
  signIn();
  await click('Try again');
  await rows(4);
  expire();
  await click('Refresh');
  await failure();
  assert.equal(signedOut, 3);
  await rows(4);
});

test('many failed fields are one message', () => {
  const failed = (path: (string | number)[], code: string) => ({ message: 'It is gone.', path, extensions: { code, retryable: false, requestId: '' } });
  const errors = [failed(['node', 'edges', 3, 'tags'], 'UPSTREAM_ERROR'), failed(['viewer'], 'UNAUTHENTICATED')];
  assert.equal(messageOf(errors), 'node.edges[3].tags: It is gone. (and 1 more)');
  assert.equal(codeOf(errors), 'UNAUTHENTICATED');
  assert.equal(messageOf([{ message: 'No.' }]), 'No.');
});

test('errors arrive with their code', async () => {
  const error = console.error;
  console.error = () => {}; // React reports what a boundary catches
  show(createEnvironment({ url, token: () => 'nobody' }));
  assert.match((await failure()) ?? '', /^contact: The portal does not know this caller/);
  cleanup();
  show(createEnvironment({ url: 'http://127.0.0.1:1/graphql' }));
  assert.equal(await failure(), 'The server cannot be reached.');
  cleanup();
  console.error = error;

  const errors: FieldError[] = [];
  const partial = await fetchQuery<relayTestPartialQuery>(
    createEnvironment({ url, onFieldErrors: (found) => errors.push(...found) }),
    graphql`
      query relayTestPartialQuery {
        opportunity(id: 3101) {
          id
        }
        contact(id: "x") {
          id
        }
      }
    `,
    {},
  ).toPromise();
  assert.equal(partial?.opportunity?.id, '3101');
  assert.equal(partial?.contact, null);
  assert.deepEqual(errors.map(({ path, extensions }) => [path, extensions?.code]), [[['contact'], 'BAD_USER_INPUT']]);
});
