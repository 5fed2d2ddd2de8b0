import { url } from '../../testing/support';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Board, openOpportunities } from './board';
import { execute, GraphQLErrors, settings } from './execute';
import { graphql } from './__generated__';

beforeEach(() => {
  settings.url = url;
  settings.token = undefined;
});

const Viewer = graphql(`
  query Viewer {
    viewer {
      displayName
    }
  }
`);

const Partial = graphql(`
  query Partial($contact: ID!) {
    opportunity(id: 3101) {
      title
    }
    contact(id: $contact) {
      displayName
    }
  }
`);

test('pages follow each other', async () => {
  const ids: string[] = [];
  for await (const opportunity of openOpportunities(2)) {
    ids.push(opportunity.id);
    if (ids.length === 5) break;
  }
  const { opportunities } = await execute(Board, { first: 5, filter: { stageType: 'OPEN' } });
  assert.deepEqual(ids, opportunities?.nodes.map(({ id }) => id));
});

test('answers and variables have types', async () => {
  const { opportunities } = await execute(Board, { first: 1 });
  const fleet = opportunities?.nodes[0];
  assert.ok(fleet);
  const value: string = fleet.bidValue; // a Decimal
  assert.equal(value, '1234567.89');
  assert.equal(fleet.customFields.find((field) => field.fieldId === '74')?.fieldValue, 'Nordics');

  // Never called: the compiler fails when one of these is no mistake any more.
  () => {
    // @ts-expect-error a variable of another type
    execute(Board, { first: 'one' });
    // @ts-expect-error a variable that must be there
    execute(Board, {});
    // @ts-expect-error a value that the enum does not have
    execute(Board, { first: 1, filter: { stageType: 'SOLD' } });
    // @ts-expect-error variables that the operation does not have
    execute(Viewer, { first: 1 });
    // @ts-expect-error a field that was not asked for
    fleet.description;
    // @ts-expect-error a field that only persons have
    fleet.contact?.jobTitle;
  };
});

test('errors arrive with their code and with what was answered', async () => {
  const thrown = (error: unknown) => error as GraphQLErrors<unknown>;
  const partial = await execute(Partial, { contact: 'x' }).catch(thrown);
  assert.ok(partial instanceof GraphQLErrors);
  assert.equal(partial.code, 'BAD_USER_INPUT');
  assert.deepEqual(partial.data, { opportunity: { title: 'Fleet telematics rollout' }, contact: null });

  settings.token = 'nobody';
  const stranger = await execute(Viewer).catch(thrown);
  assert.ok(stranger instanceof GraphQLErrors);
  assert.equal(stranger.code, 'UNAUTHENTICATED');

  // Of many it is one message, and UNAUTHENTICATED is not overlooked.
  const both = await execute(Partial, { contact: 'x' }).catch(thrown);
  assert.ok(both instanceof GraphQLErrors);
  assert.match(both.message, /^(contact|opportunity): .+ \(and 1 more\)$/);
  assert.equal(both.code, 'UNAUTHENTICATED');
});
