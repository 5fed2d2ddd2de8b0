// What a board has to do with every library: each client's test runs this.
import { breakPortal, elsewhere, mendPortal, network, restorePortal } from './support';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { waitFor } from '@testing-library/react';

interface Card {
  id: string;
  revision: string;
  title: string;
  expectedCloseDate?: string | null;
  successProbability: number;
  stage?: { id: string; title: string } | null;
}

export interface Column {
  id: string;
  title: string;
  totalCount?: number | null;
  cards: Card[];
  endCursor?: string | null;
}

/** A client that has loaded the board; what it does resolves to what it tells the user. */
export interface Client {
  /** What the page shows at the moment. */
  columns: () => Column[];
  move: (card: any, stage: { id: string; title: string }) => Promise<string | undefined>;
  edit: (input: { id: string; ifRevision: string; title?: string; expectedCloseDate?: string | null; stageId?: string }) => Promise<string | undefined>;
  create: (input: { clientKey?: string; title: string; stageId: string; responsibleId: string; bidCurrency: string }) => Promise<string | undefined>;
  delete: (card: any) => Promise<string | undefined>;
  /** Loads the next page of a column. */
  more: (stage: string, after?: string | null) => Promise<unknown>;
  close: () => void;
}

/** A column's next page, as the repository's README has it. */
export const nextPage = (rows: string) => `query More($stage: ID!, $after: String) {
  stage(id: $stage) {
    id
    opportunities(first: 20, after: $after, orderBy: { field: ID, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      ${rows}
    }
  }
}
fragment Card on Opportunity { id revision title expectedCloseDate successProbability stage { id title } }`;

const anna = '4bd35b6c-7a4e-4d6a-9c0a-2f5a4d9a7e11';
const id = '3448'; // of stage 15, and among the newest of every stage
const stageRoute = 'crm/opportunity/{id}/stage/{number}';

export function testKanban(open: () => Promise<Client>) {
  let client: Client;
  const complaints: unknown[][] = []; // of the library, about how it is used
  beforeEach(() => {
    for (const level of ['warn', 'error'] as const) mock.method(console, level, (...complaint: unknown[]) => complaints.push(complaint));
  });
  afterEach(async () => {
    client?.close();
    await mendPortal();
    await restorePortal();
    mock.restoreAll();
    assert.deepEqual(complaints.splice(0), []);
  });
  const board = async () => (client = await open());
  const column = (id: string) => client.columns().find((column) => column.id === id)!;
  /** Where the card is shown: it must never be in two columns. */
  const places = (id: string) => client.columns().filter(({ cards }) => cards.some((card) => card.id === id)).map((column) => column.id);
  const card = (id: string) => client.columns().flatMap(({ cards }) => cards).find((card) => card.id === id)!;
  const counts = () => Object.fromEntries(client.columns().map(({ id, totalCount }) => [id, totalCount ?? NaN]));
  const shown = (expected: string[]) => waitFor(() => assert.deepEqual(places(id), expected));

  /** That the two columns have one card less and one more. */
  const movedFrom = (before: Record<string, number>, from: string, to: string) =>
    assert.deepEqual(counts(), { ...before, [from]: before[from]! - 1, [to]: before[to]! + 1 });

  test('a card is moved at once, and is then as the portal has it', async () => {
    await board();
    const before = counts();
    const { revision } = card(id);
    assert.deepEqual(places(id), ['15']);
    await breakPortal(stageRoute, { kind: 'Delay', delay: '1s' });
    let isDone = false;
    const moving = client.move(card(id), column('17')).finally(() => (isDone = true));
    await shown(['17']);
    assert.equal(isDone, false, 'it was shown when the answer was there');
    movedFrom(before, '15', '17');
    assert.equal(card(id).stage?.title, column('17').title);

    assert.equal(await moving, undefined);
    await waitFor(() => assert.notEqual(card(id).revision, revision));
    await shown(['17']);
    movedFrom(before, '15', '17');
    const ids = column('17').cards.map(({ id }) => Number(id));
    assert.deepEqual(ids, ids.toSorted((a, b) => b - a));
    const { opportunity } = await elsewhere(`{ opportunity(id: ${id}) { revision successProbability stage { id } } }`);
    assert.equal(opportunity.stage.id, '17');
    assert.equal(card(id).revision, opportunity.revision);
    assert.equal(card(id).successProbability, opportunity.successProbability);

    assert.equal(await client.move(card(id), column('15')), undefined); // with the revision that came
    await shown(['15']);
    assert.deepEqual(counts(), before);
  });

  test('a card that somebody else has moved goes to where it really is', async () => {
    await board();
    const before = counts();
    await elsewhere(`mutation { moveOpportunity(input: { id: ${id}, stageId: 16 }) { userErrors { code } } }`);
    await breakPortal('crm/opportunity/{id}', { kind: 'Delay', delay: '1s' });
    const moving = client.move(card(id), column('17'));
    await shown(['17']);
    assert.match((await moving) ?? '', /^Somebody else has changed this/);
    await shown(['16']);
    movedFrom(before, '15', '16');
    const { opportunity } = await elsewhere(`{ opportunity(id: ${id}) { revision stage { id } } }`);
    assert.equal(opportunity.stage.id, '16');
    assert.equal(card(id).revision, opportunity.revision);

    assert.equal(await client.move(card(id), column('17')), undefined); // now that it was seen
    await shown(['17']);
    movedFrom(before, '15', '17');
  });

  test('a move that was refused, or did not leave, is taken back', async () => {
    await board();
    const before = counts();
    assert.match((await client.move(card(id), { id: '999', title: 'Gone' })) ?? '', /^This must be one of 11 /);
    await shown(['15']);
    network.isDown = true;
    assert.equal(await client.move(card(id), column('17')), 'The server cannot be reached.');
    await shown(['15']);
    network.isDown = false;
    assert.deepEqual(counts(), before);
  });

  test('a card that belongs after what is loaded is counted, and comes with its page', async () => {
    await board();
    const before = counts();
    const oldest = column('13').cards.at(-1)!;
    assert.equal(await client.move(oldest, column('15')), undefined);
    await waitFor(() => assert.deepEqual(places(oldest.id), []));
    movedFrom(before, '13', '15');
    const { opportunity } = await elsewhere(`{ opportunity(id: ${oldest.id}) { stage { id } } }`);
    assert.equal(opportunity.stage.id, '15');
  });

  test('columns of several pages stay whole', async () => {
    const { more } = await board();
    const before = counts();
    const load = async (stage: string, cards: number) => {
      await more(stage, column(stage).endCursor);
      await waitFor(() => assert.equal(column(stage).cards.length, cards));
    };
    await load('15', 40);
    const [moved, deleted] = [column('15').cards[30]!, column('15').cards[25]!];
    assert.equal(await client.move(moved, column('13')), undefined);
    await waitFor(() => assert.deepEqual(places(moved.id), ['13']));
    movedFrom(before, '15', '13');
    assert.equal(await client.delete(deleted), undefined);
    await waitFor(() => assert.equal(column('15').cards.length, 38));
    assert.deepEqual(places(deleted.id), []);
    assert.equal(await client.move(card(moved.id), column('15')), undefined);
    await waitFor(() => assert.deepEqual(places(moved.id), ['15']));
    assert.equal(column('15').cards.length, 39);
    await load('15', column('15').totalCount!);
    const ids = column('15').cards.map(({ id }) => Number(id));
    assert.deepEqual(ids, ids.toSorted((a, b) => b - a));
    assert.equal(new Set(ids).size, before['15']! - 1);
  });

  test('where it is unknown what was done, the card is read', async () => {
    await board();
    const before = counts();
    await breakPortal(stageRoute, { kind: 'Reset', verb: 'PUT', when: 'after' }); // done, but the answer is lost
    assert.match((await client.move(card(id), column('17'))) ?? '', /^moveOpportunity: /);
    await shown(['17']);
    movedFrom(before, '15', '17');
    await mendPortal();
    await breakPortal(stageRoute, { kind: 'Reset', verb: 'PUT', when: 'before' }); // not done
    assert.match((await client.move(card(id), column('18'))) ?? '', /^moveOpportunity: /);
    await shown(['17']);
    movedFrom(before, '15', '17');
  });

  test('a form changes what it names, and does not overwrite what it did not see', async () => {
    await board();
    const before = counts();
    const { revision } = card(id);
    assert.equal(await client.edit({ id, ifRevision: revision, title: 'All depots', expectedCloseDate: null, stageId: '16' }), undefined);
    await shown(['16']);
    movedFrom(before, '15', '16');
    assert.equal(card(id).title, 'All depots');
    assert.equal(card(id).expectedCloseDate, null);
    assert.match((await client.edit({ id, ifRevision: revision, title: 'Mine' })) ?? '', /^Somebody else/);
    assert.equal(card(id).title, 'All depots');
    assert.match((await client.edit({ id, ifRevision: card(id).revision, title: ' ' })) ?? '', /./);
    assert.equal(card(id).title, 'All depots');
  });

  test('a new card stands where it belongs', async () => {
    await board();
    const before = counts();
    assert.equal(await client.create({ title: 'Yard sensors', stageId: '15', responsibleId: anna, bidCurrency: 'EUR' }), undefined);
    await waitFor(() => assert.equal(column('15').cards[0]?.title, 'Yard sensors'));
    assert.deepEqual(counts(), { ...before, 15: before['15']! + 1 });
    const made = column('15').cards[0]!;
    assert.deepEqual(places(made.id), ['15']);
    assert.match((await client.create({ title: '', stageId: '15', responsibleId: anna, bidCurrency: 'EUR' })) ?? '', /./);
    assert.deepEqual(counts(), { ...before, 15: before['15']! + 1 });
    assert.equal(await client.delete(made), undefined);
    await waitFor(() => assert.deepEqual(places(made.id), []));
    assert.deepEqual(counts(), before);
  });

  test('a card that is entered again, as the answer was lost, is there once', async () => {
    await board();
    const before = counts();
    const input = { clientKey: crypto.randomUUID(), title: 'Entered once', stageId: '15', responsibleId: anna, bidCurrency: 'EUR' };
    network.losesAnswers = true;
    assert.equal(await client.create(input), 'The server cannot be reached.');
    assert.deepEqual(counts(), before);
    network.losesAnswers = false;
    for (const attempt of ['again', 'and by a double click']) {
      assert.equal(await client.create(input), undefined, attempt);
      await waitFor(() => assert.equal(column('15').cards[0]?.title, 'Entered once'));
      assert.deepEqual(counts(), { ...before, 15: before['15']! + 1 }, attempt);
      assert.equal(column('15').cards.filter(({ title }) => title === 'Entered once').length, 1, attempt);
    }
    const { opportunities } = await elsewhere('{ opportunities(first: 20, orderBy: { field: ID, direction: DESC }) { nodes { title } } }');
    assert.equal(opportunities.nodes.filter(({ title }: Card) => title === 'Entered once').length, 1);
  });

  test('a card that was deleted is in no column, and one that somebody else has changed is not deleted', async () => {
    await board();
    const before = counts();
    const seen = card(id);
    await elsewhere(`mutation { updateOpportunity(input: { id: ${id}, title: "Theirs" }) { userErrors { code } } }`);
    assert.match((await client.delete(seen)) ?? '', /^Somebody else/);
    await waitFor(() => assert.equal(card(id).title, 'Theirs'));
    await shown(['15']);
    assert.deepEqual(counts(), before);

    assert.equal(await client.delete(card(id)), undefined);
    await shown([]);
    assert.deepEqual(counts(), { ...before, 15: before['15']! - 1 });
  });

  test('a card that somebody else has deleted goes when it is touched', async () => {
    await board();
    const before = counts();
    await elsewhere(`mutation { deleteOpportunity(input: { id: ${id} }) { userErrors { code } } }`);
    assert.match((await client.move(card(id), column('17'))) ?? '', /./);
    await shown([]);
    assert.deepEqual(counts(), { ...before, 15: before['15']! - 1 });
  });
}
