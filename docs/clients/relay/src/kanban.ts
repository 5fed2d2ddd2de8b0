import { commitMutation, fetchQuery, graphql } from 'react-relay';
import {
  ConnectionHandler,
  type Environment,
  type MutationConfig,
  type MutationParameters,
  type RecordProxy,
  type RecordSourceSelectorProxy,
} from 'relay-runtime';
import type { kanbanCreateMutation } from './__generated__/kanbanCreateMutation.graphql';
import type { kanbanDeleteMutation } from './__generated__/kanbanDeleteMutation.graphql';
import type { kanbanEditMutation } from './__generated__/kanbanEditMutation.graphql';
import type { kanbanMoveMutation } from './__generated__/kanbanMoveMutation.graphql';
import type { kanbanQuery$data } from './__generated__/kanbanQuery.graphql';
import type { kanbanReadQuery } from './__generated__/kanbanReadQuery.graphql';
import { messageOf, outcomeOf, ServerError } from './environment';

// What a column shows of a card, and what each write answers with.
graphql`
  fragment kanban_card on Opportunity {
    id
    nodeId
    revision
    title
    expectedCloseDate
    successProbability
    stage {
      id
      nodeId
      title
    }
  }
`;

// `filters: []` gives the list of a stage one name for all of its orders.
export const KANBAN = graphql`
  query kanbanQuery {
    stages {
      id
      nodeId
      title
      opportunities(first: 20, orderBy: { field: ID, direction: DESC }) @connection(key: "kanban_opportunities", filters: []) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            ...kanban_card @relay(mask: false)
          }
        }
      }
    }
  }
`;

type Column = NonNullable<kanbanQuery$data['stages']>[number];
export type Card = NonNullable<Column['opportunities']>['edges'][number]['node'];

// Each of these resolves to what to tell the user; to undefined when all went well.

/** Moves a card at once, and back when that was refused. */
export function moveCard(environment: Environment, card: Card, stage: { id: string; nodeId: string }) {
  return commit<kanbanMoveMutation>(environment, card, {
    mutation: graphql`
      mutation kanbanMoveMutation($input: MoveOpportunityInput!) {
        moveOpportunity(input: $input) {
          opportunity {
            ...kanban_card @relay(mask: false)
          }
          userErrors {
            code
            message
          }
        }
      }
    `,
    variables: { input: { id: card.id, stageId: stage.id, ifRevision: card.revision } },
    optimisticUpdater(store) {
      const [moved, target] = [store.get(card.nodeId), store.get(stage.nodeId)];
      if (moved && target) place(store, moved.setLinkedRecord(target, 'stage'));
    },
    // With CONFLICT, the answer has the card as it is: it goes where that says.
    updater: (store) => place(store, written(store, 'moveOpportunity')),
  });
}

/** Changes what `input` names; `ifRevision` is the `revision` that the form was filled from. */
export function editCard(environment: Environment, card: { id: string; nodeId: string }, input: kanbanEditMutation['variables']['input']) {
  return commit<kanbanEditMutation>(environment, card, {
    mutation: graphql`
      mutation kanbanEditMutation($input: UpdateOpportunityInput!) {
        updateOpportunity(input: $input) {
          opportunity {
            ...kanban_card @relay(mask: false)
          }
          userErrors {
            code
            message
          }
        }
      }
    `,
    variables: { input },
    updater: (store) => place(store, written(store, 'updateOpportunity')), // the stage may be another
  });
}

/**
 * Enters a card. With a `clientKey` that the form has made up, such as by
 * `crypto.randomUUID()`, the same call again enters nothing more, and shows the card.
 */
export function createCard(environment: Environment, input: kanbanCreateMutation['variables']['input']) {
  return commit<kanbanCreateMutation>(environment, undefined, {
    mutation: graphql`
      mutation kanbanCreateMutation($input: CreateOpportunityInput!) {
        createOpportunity(input: $input) {
          opportunity {
            ...kanban_card @relay(mask: false)
          }
          userErrors {
            code
            message
          }
        }
      }
    `,
    variables: { input },
    updater: (store) => place(store, written(store, 'createOpportunity'), 'new'),
  });
}

export function deleteCard(environment: Environment, card: Card) {
  return commit<kanbanDeleteMutation>(environment, card, {
    mutation: graphql`
      mutation kanbanDeleteMutation($input: DeleteOpportunityInput!) {
        deleteOpportunity(input: $input) {
          deletedNodeId
          userErrors {
            code
            message
          }
        }
      }
    `,
    variables: { input: { id: card.id, ifRevision: card.revision } },
    updater: (store, data) => remove(store, data?.deleteOpportunity?.deletedNodeId),
  });
}

const written = (store: RecordSourceSelectorProxy, field: string) => store.getRootField(field as never)?.getLinkedRecord('opportunity');
type Store = Pick<RecordSourceSelectorProxy, 'get' | 'delete' | 'getRoot' | 'create'>;

/** The lists of the stages. */
function columns(store: Store) {
  const stages = store.getRoot().getLinkedRecords('stages') ?? [];
  return stages.flatMap((stage) => {
    const list = ConnectionHandler.getConnection(stage, 'kanban_opportunities');
    return list ? { stage, list } : [];
  });
}

const edgesOf = (list: RecordProxy) => list.getLinkedRecords('edges') ?? [];
const cardOf = (edge: RecordProxy) => edge.getLinkedRecord('node');

/** Puts a card into the column of its stage, and out of the others. One that no column shows stays so, unless it is new. */
function place(store: Store, card: RecordProxy | null | undefined, isNew?: 'new') {
  if (!card) return;
  const holding = columns(store).filter(({ list }) => edgesOf(list).some((edge) => cardOf(edge) === card));
  if (!isNew && holding.length === 0) return;
  for (const { list } of holding) takeOut(list, card.getDataID());
  const stage = card.getLinkedRecord('stage');
  const target = columns(store).find((column) => column.stage === stage);
  if (target) putIn(store, target.list, card);
}

function remove(store: Store, nodeId: string | null | undefined) {
  if (!nodeId) return;
  for (const { list } of columns(store)) takeOut(list, nodeId);
  store.delete(nodeId);
}

function takeOut(list: RecordProxy, nodeId: string) {
  const before = edgesOf(list).length;
  ConnectionHandler.deleteNode(list, nodeId);
  if (edgesOf(list).length < before) count(list, -1);
}

/** The newest stand first. A card that belongs after what is loaded comes with its page. */
function putIn(store: Store, list: RecordProxy, card: RecordProxy) {
  const edges = edgesOf(list);
  const older = edges.findIndex((edge) => Number(cardOf(edge)?.getValue('id')) < Number(card.getValue('id')));
  const isLater = older < 0 && list.getLinkedRecord('pageInfo')?.getValue('hasNextPage');
  if (!isLater) {
    const edge = ConnectionHandler.createEdge(store as RecordSourceSelectorProxy, list, card, 'OpportunityEdge');
    list.setLinkedRecords(edges.toSpliced(older < 0 ? edges.length : older, 0, edge), 'edges');
  }
  count(list, 1);
}

function count(list: RecordProxy, more: number) {
  const total = list.getValue('totalCount');
  if (typeof total === 'number') list.setValue(total + more, 'totalCount');
}

interface Payload {
  readonly opportunity?: object | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/**
 * Runs a mutation, and says what went wrong. The card is read where that leaves open
 * what there is: it was written, or may have been, or it is gone, or another, and the
 * answer does not have it. Nothing is written a second time by itself.
 */
async function commit<T extends MutationParameters>(environment: Environment, card: { id: string; nodeId: string } | undefined, config: MutationConfig<T>) {
  const { data, errors } = await new Promise<Answer>((resolve) =>
    commitMutation<T>(environment, {
      ...config,
      onCompleted: (data, errors) => resolve({ data: data as Answer['data'], errors: errors ?? [] }),
      onError: (error) => resolve({ errors: error instanceof ServerError ? error.errors : 'broken' }),
    }),
  );
  const payload = Object.values(data ?? {})[0];
  const userErrors = payload?.userErrors ?? [];
  const isOther = userErrors.some(({ code }) => code === 'CONFLICT' || code === 'NOT_FOUND') && !payload?.opportunity;
  if (card && (isOther || (outcomeOf(errors) ?? 'NOT_DONE') !== 'NOT_DONE')) await readAgain(environment, card);
  if (errors === 'broken') return 'The server cannot be reached.';
  return errors.length > 0 ? messageOf(errors) : userErrors.map(({ message }) => message).join(' ') || undefined;
}

interface Answer {
  data?: Record<string, Payload | null> | null;
  errors: ServerError['errors'] | 'broken';
}

async function readAgain(environment: Environment, { id, nodeId }: { id: string; nodeId: string }) {
  const READ = graphql`
    query kanbanReadQuery($id: ID!) {
      opportunity(id: $id) {
        ...kanban_card @relay(mask: false)
      }
    }
  `;
  const read = fetchQuery<kanbanReadQuery>(environment, READ, { id }, { networkCacheConfig: { force: true } });
  const answer = await read.toPromise().catch(() => undefined); // what is there stays
  if (answer) {
    environment.commitUpdate((store) => (answer.opportunity ? place(store, store.get(nodeId)) : remove(store, nodeId)));
  }
}
