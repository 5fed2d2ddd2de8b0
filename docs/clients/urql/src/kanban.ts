import type { Cache, CacheExchangeOpts } from '@urql/exchange-graphcache';
import type { Client, CombinedError } from 'urql';
import { graphql } from './__generated__';
import type { CardFragment, CreateOpportunityInput, UpdateOpportunityInput } from './__generated__/graphql';
import { messageOf, outcomeOf } from './client';

export const CARD = graphql(`
  fragment Card on Opportunity {
    id
    revision
    title
    expectedCloseDate
    successProbability
    stage {
      id
      title
    }
  }
`);

export const KANBAN = graphql(`
  query Kanban {
    stages {
      id
      title
      opportunities(first: 20, orderBy: { field: ID, direction: DESC }) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          ...Card
        }
      }
    }
  }
`);

const COUNT = graphql(`
  fragment ColumnCount on Stage {
    id
    opportunities(first: 20, orderBy: { field: ID, direction: DESC }) {
      totalCount
    }
  }
`);

const READ = graphql(`
  query ReadCard($id: ID!) {
    opportunity(id: $id) {
      ...Card
    }
  }
`);

const MOVE = graphql(`
  mutation MoveCard($input: MoveOpportunityInput!) {
    moveOpportunity(input: $input) {
      opportunity {
        ...Card
      }
      userErrors {
        code
        message
      }
    }
  }
`);

const EDIT = graphql(`
  mutation EditCard($input: UpdateOpportunityInput!) {
    updateOpportunity(input: $input) {
      opportunity {
        ...Card
      }
      userErrors {
        code
        message
      }
    }
  }
`);

const CREATE = graphql(`
  mutation CreateCard($input: CreateOpportunityInput!) {
    createOpportunity(input: $input) {
      opportunity {
        ...Card
      }
      userErrors {
        code
        message
      }
    }
  }
`);

const DELETE = graphql(`
  mutation DeleteCard($input: DeleteOpportunityInput!) {
    deleteOpportunity(input: $input) {
      deletedId
      userErrors {
        code
        message
      }
    }
  }
`);

type Payload = { opportunity?: CardFragment | null; userErrors: { code: string; message: string }[] };

/** What a write does to the board: for `createClient`. */
export const updates: CacheExchangeOpts['updates'] = {
  Mutation: {
    // Runs for the guess and for the answer. With CONFLICT, the answer has the card as it is: it goes where that says.
    moveOpportunity: ({ moveOpportunity }: any, _args, cache) => place(cache, moveOpportunity?.opportunity?.id),
    updateOpportunity: ({ updateOpportunity }: any, _args, cache) => place(cache, updateOpportunity?.opportunity?.id), // the stage may be another
    createOpportunity: ({ createOpportunity }: any, _args, cache) => place(cache, createOpportunity?.opportunity?.id, 'new'),
    deleteOpportunity: ({ deleteOpportunity }: any, _args, cache) => remove(cache, deleteOpportunity?.deletedId),
  },
  Query: {
    // A card that was read again may be in another column, or gone.
    opportunity: ({ opportunity }: any, { id }, cache) => (opportunity ? place(cache, `${id}`) : remove(cache, `${id}`)),
  },
};

/** What is shown until the answer is there. */
export const optimistic: CacheExchangeOpts['optimistic'] = {
  moveOpportunity: (args, cache) => {
    const { id, stageId } = args.input as { id: string; stageId: string };
    const stage = { __typename: 'Stage', id: stageId };
    const card = cache.readFragment(CARD, { __typename: 'Opportunity', id });
    return {
      __typename: 'MoveOpportunityPayload',
      opportunity: card && { ...card, stage: { ...stage, title: cache.resolve(stage, 'title') as string } },
      userErrors: [],
    };
  },
};

// Each of these resolves to what to tell the user; to undefined when all went well.

/** Moves a card at once, and back when that was refused. */
export async function moveCard(client: Client, card: CardFragment, stage: { id: string }) {
  const { data, error } = await client.mutation(MOVE, { input: { id: card.id, stageId: stage.id, ifRevision: card.revision } });
  return settled(client, card.id, error, data?.moveOpportunity);
}

/** Changes what `input` names; `ifRevision` is the `revision` that the form was filled from. */
export async function editCard(client: Client, input: UpdateOpportunityInput) {
  const { data, error } = await client.mutation(EDIT, { input });
  return settled(client, input.id, error, data?.updateOpportunity);
}

/**
 * Enters a card. With a `clientKey` that the form has made up, such as by
 * `crypto.randomUUID()`, the same call again enters nothing more, and shows the card.
 */
export async function createCard(client: Client, input: CreateOpportunityInput) {
  const { data, error } = await client.mutation(CREATE, { input });
  return problem(error, data?.createOpportunity?.userErrors);
}

export async function deleteCard(client: Client, card: CardFragment) {
  const { data, error } = await client.mutation(DELETE, { input: { id: card.id, ifRevision: card.revision } });
  return settled(client, card.id, error, data?.deleteOpportunity);
}

/** Puts a card into the column of its stage, and out of the others. One that no column shows stays so, unless it is new. */
function place(cache: Cache, id: string | undefined, isNew?: 'new') {
  const card = id && cache.keyOfEntity({ __typename: 'Opportunity', id });
  const stage = card && (cache.resolve(card, 'stage') as string | null | undefined);
  if (!stage) return; // the answer does not say
  if (takeOut(cache, card) || isNew) putIn(cache, stage, card);
}

function remove(cache: Cache, id: string | null | undefined) {
  if (!id) return;
  const card = { __typename: 'Opportunity', id };
  takeOut(cache, cache.keyOfEntity(card)!);
  cache.invalidate(card);
}

/** The pages of a column, as the cache keeps them; lists with a filter are not of the board. */
const pagesOf = (cache: Cache, stage: string) =>
  cache.inspectFields(stage).flatMap(({ fieldName, fieldKey, arguments: args }) => {
    const list = fieldName === 'opportunities' && !args?.filter && (cache.resolve(stage, fieldKey) as string | null | undefined);
    return list ? { list, cards: (cache.resolve(list, 'nodes') ?? []) as string[] } : [];
  });

function takeOut(cache: Cache, card: string) {
  let wasThere = false;
  for (const stage of (cache.resolve('Query', 'stages') ?? []) as string[]) {
    const pages = pagesOf(cache, stage).filter(({ cards }) => cards.includes(card));
    for (const { list, cards } of pages) cache.link(list, 'nodes', cards.filter((key) => key !== card));
    if (pages.length > 0) count(cache, stage, -1);
    wasThere ||= pages.length > 0;
  }
  return wasThere;
}

/** The newest stand first. A card that belongs after what is loaded comes with its page. */
function putIn(cache: Cache, stage: string, card: string) {
  const number = (key = card) => Number(cache.resolve(key, 'id'));
  const pages = pagesOf(cache, stage).sort((a, b) => number(b.cards[0]) - number(a.cards[0]));
  const page = pages.find(({ cards }) => cards.some((key) => number(key) < number())) ?? pages.at(-1);
  if (!page) return;
  const { list, cards } = page;
  const older = cards.findIndex((key) => number(key) < number());
  const isLater = older < 0 && cache.resolve(cache.resolve(list, 'pageInfo') as string, 'hasNextPage');
  if (!isLater) cache.link(list, 'nodes', cards.toSpliced(older < 0 ? cards.length : older, 0, card));
  count(cache, stage, 1);
}

function count(cache: Cache, stage: string, more: number) {
  const column = cache.readFragment(COUNT, stage);
  const list = column?.opportunities;
  if (list?.totalCount == null) return;
  cache.writeFragment(COUNT, { ...column!, opportunities: { ...list, totalCount: list.totalCount + more } });
}

/**
 * Says what went wrong. The card is read where that leaves open what there is: it was
 * written, or may have been, or it is gone, or another, and the answer does not have it.
 * Nothing is written a second time by itself.
 */
async function settled(client: Client, id: string | number, error: CombinedError | undefined, payload?: Payload | null) {
  const userErrors = payload?.userErrors ?? [];
  const isOther = userErrors.some(({ code }) => code === 'CONFLICT' || code === 'NOT_FOUND') && !payload?.opportunity;
  if (isOther || (outcomeOf(error) ?? 'NOT_DONE') !== 'NOT_DONE') {
    await client.query(READ, { id }, { requestPolicy: 'network-only' });
  }
  return problem(error, userErrors);
}

function problem(error: CombinedError | undefined, userErrors: { message: string }[] = []) {
  return error ? messageOf(error) : userErrors.map(({ message }) => message).join(' ') || undefined;
}
