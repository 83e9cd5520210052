// GraphiQL on this house. Subscriptions go over the house's own socket, and the Headers tab is what the socket is opened with:
// {"Authorization": "Bearer …"} counts for queries, mutations and subscriptions alike.
import { createClient } from '/pages/graphql-ws/client.js';

const EXAMPLE = `# Prices as they change. Press the button above to begin, and again to stop.
# Somebody's own news needs a token in the Headers tab below:
# {"Authorization": "Bearer …"} (npm run -s gavel -- token --role bidder --user ann)
subscription Prices {
  auctionsUpdated(filter: { status: OPEN }) {
    title
    currentPrice
    currency
    bidCount
    closesAt
  }
}

query ClosingSoon {
  auctions(filter: { status: OPEN }, limit: 10) {
    rows {
      auctionId
      title
      currentPrice
      currency
      closesAt
    }
  }
}
`;

const endpoint = `${location.origin}/graphql`;

function fetcher({ query, variables, operationName }, { headers = {}, documentAST } = {}) {
  const isNamed = ({ name }) => operationName === undefined || operationName === null || name?.value === operationName;
  const isAsked = (one) => one.kind === 'OperationDefinition' && isNamed(one);
  const operation = documentAST?.definitions.find(isAsked)?.operation;
  const request = { query, variables: variables ?? {}, operationName };
  if (operation !== 'subscription') return answered(request, headers);
  const url = endpoint.replace('http', 'ws');
  return createClient({ url, connectionParams: headers, retryAttempts: 0 }).iterate(request);
}

async function answered(request, headers) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  return response.json();
}

self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => `/graphiql/${label}.js`,
};
self.YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
  endpoint: '/graphql',
  fetcher,
  title: 'Gavel',
  defaultQuery: EXAMPLE,
});
