import { items, url } from '../../testing/support';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Suspense } from 'react';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { fetchQuery, graphql, RelayEnvironmentProvider } from 'react-relay';
import { createOperationDescriptor, type Environment, getRequest } from 'relay-runtime';
import type { relayTestCardsQuery } from './__generated__/relayTestCardsQuery.graphql';
import type { relayTestPartialQuery } from './__generated__/relayTestPartialQuery.graphql';
import type { relayTestPageQuery } from './__generated__/relayTestPageQuery.graphql';
import { Customer } from './Customer';
import { ErrorBoundary } from './ErrorBoundary';
import { createEnvironment, type FieldError } from './environment';

const show = (environment: Environment) =>
  render(
    <RelayEnvironmentProvider environment={environment}>
      <ErrorBoundary>
        <Suspense fallback="…">
          <Customer id="1013" first={2} />
        </Suspense>
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
  fireEvent.click(await screen.findByText('More'));
  await waitFor(() => assert.equal(items().length, 4));

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
  cleanup();
});

test('errors arrive with their code', async () => {
  const error = console.error;
  console.error = () => {}; // React reports what a boundary catches
  show(createEnvironment({ url, token: () => 'nobody' }));
  await screen.findByText('UNAUTHENTICATED');
  cleanup();
  show(createEnvironment({ url: 'http://127.0.0.1:1/graphql' }));
  await screen.findByText('The server cannot be reached.');
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
