// A double of EventStoreDB that speaks its gRPC protocol: streams (Read, Append, BatchAppend, subscriptions through Read),
// server features and gossip, over a real socket, with connections that can be cut at a chosen moment. The server itself
// cannot be had everywhere tests run; where it can, the same tests run against it (EVENTSTOREDB_URL).
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket, type Server as TcpServer } from 'node:net';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  status as Status,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { append, batchAppend, type Writer } from './appends.js';
import { EventLog } from './log.js';
import { type ReadCall, read } from './reads.js';

/**
 * What befalls an append. `lost before`, `lost after`: all connections are cut instead of an answer, before or after it is
 * written. `silent`: it is written, the connection stays, and no answer comes.
 */
export type Accident = 'lost before' | 'lost after' | 'silent';

/** A certificate and its key, both PEM, for a double that speaks TLS. */
export type ServerIdentity = Readonly<{ certificate: Buffer; key: Buffer }>;

export class EventStoreDouble {
  readonly log = new EventLog();
  /** Calls by name since the start. */
  readonly calls = { append: 0, batchAppend: 0, read: 0, gossip: 0 };
  private readonly accidents: Accident[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly grpc = new Server();
  private front: TcpServer | null = null;
  private inner = 0;
  private publicPort = 0;
  private beforeAppend: ((stream: string) => void) | null = null;

  private constructor(
    private readonly identity: ServerIdentity | null,
    private readonly login: string | null,
  ) {}

  /** With a `login`, as `user:password`, only who has it reads and appends. */
  static async start(identity: ServerIdentity | null = null, login: string | null = null): Promise<EventStoreDouble> {
    const double = new EventStoreDouble(identity, login);
    await double.listen();
    return double;
  }

  get port(): number {
    return this.publicPort;
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.publicPort}?tls=${this.identity !== null}`;
  }

  /** Arms an accident for the next append that comes. */
  next(...accidents: readonly Accident[]): void {
    this.accidents.push(...accidents);
  }

  /** Runs once, at the next append to arrive, before it is looked at: another writer at the worst moment. */
  onNextAppend(work: (stream: string) => void): void {
    this.beforeAppend = work;
  }

  /** Cuts every connection there is. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Goes away: connections are cut and new ones refused, until `up`. What is stored stays. */
  async down(): Promise<void> {
    const { front } = this;
    this.front = null;
    if (front === null) return;
    front.close();
    this.cut();
    await once(front, 'close');
  }

  async up(): Promise<void> {
    if (this.front !== null) return;
    const front = createServer((client) => this.join(client));
    front.listen(this.publicPort, '127.0.0.1');
    await once(front, 'listening');
    this.front = front;
    this.publicPort = (front.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await this.down();
    this.grpc.forceShutdown();
  }

  private async listen(): Promise<void> {
    this.grpc.addService(streamsService.StreamsService, {
      read: (call: ReadCall) => {
        this.calls.read += 1;
        if (!this.letsIn(call.metadata)) return void call.emit('error', STRANGER);
        read(this.log, call);
      },
      append: (call: Parameters<typeof append>[1], answer: Parameters<typeof append>[2]) => {
        this.calls.append += 1;
        if (!this.letsIn(call.metadata)) return answer(STRANGER);
        append(this.write, call, answer);
      },
      batchAppend: (call: Parameters<typeof batchAppend>[1]) => {
        this.calls.batchAppend += 1;
        batchAppend(this.write, call);
      },
      delete: refuse,
      tombstone: refuse,
    });
    this.grpc.addService(featuresService.ServerFeaturesService, { getSupportedMethods: supportedMethods });
    this.grpc.addService(gossipService.GossipService, {
      read: (_call: unknown, answer: sendUnaryData<InstanceType<typeof gossip.ClusterInfo>>) => {
        this.calls.gossip += 1;
        answer(null, clusterOfOne(this.publicPort));
      },
    });
    const credentials =
      this.identity === null
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(null, [
            { cert_chain: this.identity.certificate, private_key: this.identity.key },
          ]);
    this.inner = await new Promise((resolve, reject) => {
      this.grpc.bindAsync('127.0.0.1:0', credentials, (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    await this.up();
  }

  private readonly write: Writer = (stream, expected, events) => {
    const before = this.beforeAppend;
    this.beforeAppend = null;
    before?.(stream);
    const accident = this.accidents.shift();
    if (accident === 'lost before') {
      this.cut();
      return null;
    }
    const written = this.log.append(stream, expected, events);
    if (accident === undefined) return written;
    if (accident === 'lost after') this.cut();
    return null;
  };

  private letsIn(metadata: Metadata): boolean {
    if (this.login === null) return true;
    return metadata.get('authorization').includes(`Basic ${Buffer.from(this.login).toString('base64')}`);
  }

  private join(client: Socket): void {
    const server = dial(this.inner, '127.0.0.1');
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket);
      // Small frames go back and forth; to collect them would cost 40 ms each time.
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(server);
    server.pipe(client);
  }
}

const STRANGER = { code: Status.UNAUTHENTICATED, details: 'UnAuthenticated' };

function refuse(_call: unknown, answer: sendUnaryData<unknown>): void {
  answer({ code: Status.UNIMPLEMENTED, details: 'this journal deletes nothing' });
}

type Supported = InstanceType<typeof features.SupportedMethods>;

function supportedMethods(_call: ServerUnaryCall<unknown, Supported>, answer: sendUnaryData<Supported>): void {
  const method = (name: string) =>
    new features.SupportedMethod().setMethodName(name).setServiceName('event_store.client.streams.Streams');
  const supported = new features.SupportedMethods().setEventStoreServerVersion('24.10.0');
  answer(null, supported.setMethodsList(['read', 'append', 'batchappend'].map(method)));
}

/** VNodeState.LEADER of the protocol's gossip messages. */
const LEADER = gossip.MemberInfo.VNodeState.LEADER;

function clusterOfOne(port: number): InstanceType<typeof gossip.ClusterInfo> {
  const member = new gossip.MemberInfo()
    .setInstanceId(new shared.UUID().setString('00000000-0000-4000-8000-000000000001'))
    .setTimeStamp('0')
    .setState(LEADER)
    .setIsAlive(true)
    .setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(port));
  return new gossip.ClusterInfo().setMembersList([member]);
}
