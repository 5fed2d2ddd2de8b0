import type { ApolloCache, ApolloClient } from '@apollo/client';
import { graphql } from './__generated__';
import type { CardFragment, CreateOpportunityInput, KanbanQuery, UpdateOpportunityInput } from './__generated__/graphql';
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
        edges {
          cursor
          node {
            ...Card
          }
        }
      }
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

// Each of these resolves to what to tell the user; to undefined when all went well.

/** Moves a card at once, and back when that was refused. */
export async function moveCard(client: ApolloClient, card: CardFragment, stage: { id: string; title: string }) {
  const { data, error } = await client.mutate({
    mutation: MOVE,
    variables: { input: { id: card.id, stageId: stage.id, ifRevision: card.revision } },
    optimisticResponse: {
      moveOpportunity: {
        __typename: 'MoveOpportunityPayload',
        opportunity: { ...card, stage: { __typename: 'Stage', id: stage.id, title: stage.title } },
        userErrors: [],
      },
    },
    // Runs for the guess and for the answer. With CONFLICT, the answer has the card as it is: it goes where that says.
    update: (cache, { data }) => place(cache, data?.moveOpportunity?.opportunity),
  });
  return settled(client, card.id, error, data?.moveOpportunity);
}

/** Changes what `input` names; `ifRevision` is the `revision` that the form was filled from. */
export async function editCard(client: ApolloClient, input: UpdateOpportunityInput) {
  const { data, error } = await client.mutate({
    mutation: EDIT,
    variables: { input },
    update: (cache, { data }) => place(cache, data?.updateOpportunity?.opportunity), // the stage may be another
  });
  return settled(client, input.id, error, data?.updateOpportunity);
}

/**
 * Enters a card. With a `clientKey` that the form has made up, such as by
 * `crypto.randomUUID()`, the same call again enters nothing more, and shows the card.
 */
export async function createCard(client: ApolloClient, input: CreateOpportunityInput) {
  const { data, error } = await client.mutate({
    mutation: CREATE,
    variables: { input },
    update: (cache, { data }) => place(cache, data?.createOpportunity?.opportunity, 'new'),
  });
  return problem(error, data?.createOpportunity?.userErrors);
}

export async function deleteCard(client: ApolloClient, card: CardFragment) {
  const { data, error } = await client.mutate({
    mutation: DELETE,
    variables: { input: { id: card.id, ifRevision: card.revision } },
    update: (cache, { data }) => remove(cache, data?.deleteOpportunity?.deletedId),
  });
  return settled(client, card.id, error, data?.deleteOpportunity);
}

type Payload = { opportunity?: CardFragment | null; userErrors: { code: string; message: string }[] };
type Column = NonNullable<KanbanQuery['stages']>[number];
type Edge = NonNullable<Column['opportunities']>['edges'][number];

/** Puts a card into the column of its stage, and out of the others. One that no column shows stays so, unless it is new. */
function place(cache: ApolloCache, card: CardFragment | null | undefined, isNew?: 'new') {
  if (!card) return;
  const isOf = ({ opportunities }: Column) => opportunities?.edges.some(({ node }) => node.id === card.id);
  updateColumns(cache, (columns) => {
    if (!isNew && !columns.some(isOf)) return columns;
    return columns.map((column) => (column.id === card.stage?.id ? withCard(withoutCard(column, card.id), card) : withoutCard(column, card.id)));
  });
}

function remove(cache: ApolloCache, id: string | null | undefined) {
  if (!id) return;
  updateColumns(cache, (columns) => columns.map((column) => withoutCard(column, id)));
  cache.evict({ id: `Opportunity:${id}` }); // lists leave out what is not there
  cache.gc();
}

function updateColumns(cache: ApolloCache, update: (columns: Column[]) => Column[]) {
  // `overwrite`, or the lists would be joined with what they were.
  cache.updateQuery({ query: KANBAN, overwrite: true }, (board) => board?.stages && { ...board, stages: update(board.stages) });
}

function withoutCard(column: Column, id: string): Column {
  const list = column.opportunities;
  const edges = list?.edges.filter(({ node }) => node.id !== id) ?? [];
  if (!list || edges.length === list.edges.length) return column;
  return { ...column, opportunities: { ...list, edges, totalCount: list.totalCount && list.totalCount - 1 } };
}

/** The newest stand first. A card that belongs after what is loaded comes with its page. */
function withCard(column: Column, card: CardFragment): Column {
  const list = column.opportunities;
  if (!list) return column;
  const older = list.edges.findIndex(({ node }) => Number(node.id) < Number(card.id));
  const at = older < 0 ? list.edges.length : older;
  const isLater = older < 0 && list.pageInfo.hasNextPage;
  const edge = { __typename: 'OpportunityEdge', cursor: '', node: card } as Edge;
  const edges = isLater ? list.edges : list.edges.toSpliced(at, 0, edge);
  return { ...column, opportunities: { ...list, edges, totalCount: list.totalCount == null ? null : list.totalCount + 1 } };
}

/**
 * Says what went wrong. The card is read where that leaves open what there is: it was
 * written, or may have been, or it is gone, or another, and the answer does not have it.
 * Nothing is written a second time by itself.
 */
async function settled(client: ApolloClient, id: string | number, error: unknown, payload?: Payload | null) {
  const userErrors = payload?.userErrors ?? [];
  const isOther = userErrors.some(({ code }) => code === 'CONFLICT' || code === 'NOT_FOUND') && !payload?.opportunity;
  if (isOther || (outcomeOf(error) ?? 'NOT_DONE') !== 'NOT_DONE') {
    const { data } = await client.query({ query: READ, variables: { id }, fetchPolicy: 'network-only' });
    if (data?.opportunity) place(client.cache, data.opportunity);
    else if (data?.opportunity === null) remove(client.cache, `${id}`);
  }
  return problem(error, userErrors);
}

function problem(error: unknown, userErrors: { message: string }[] = []) {
  return error ? messageOf(error) : userErrors.map(({ message }) => message).join(' ') || undefined;
}
