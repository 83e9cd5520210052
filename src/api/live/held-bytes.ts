// What watchers make this process hold: their subscriptions, and what they have not read. Counted for each socket, each
// address and in all, so that nobody can hold more than their share.
import { ApiError } from '../http/api-error.js';

/** In bytes; 0 is no limit for an address. */
export type HeldLimits = Readonly<{ perSocketMax: number; perAddressMax: number; max: number }>;

/** A map entry, a member of a group, perhaps the group: measured at about 1,500 bytes on V8. */
const BYTES_PER_SUBSCRIPTION = 2_048;
/** Subscriptions of one socket to the same auction, the same list or the same news. More would tell it the same again. */
const SAME_TOPIC_MAX = 5;

type Sum = { bytes: number; accounts: number };

export class HeldBytes {
  private readonly addresses = new Map<string, Sum>();
  private bytes = 0;

  constructor(private readonly limits: HeldLimits) {}

  /** How much is held, for metrics and tests. */
  size(): Readonly<{ bytes: number; addresses: number }> {
    return { bytes: this.bytes, addresses: this.addresses.size };
  }

  /** Sockets open at this address. */
  socketsOf(address: string): number {
    return this.addresses.get(address)?.accounts ?? 0;
  }

  /** The account of a socket that opens; to be closed with it. */
  open(address: string): SocketAccount {
    const sum = this.addresses.get(address) ?? { bytes: 0, accounts: 0 };
    sum.accounts += 1;
    this.addresses.set(address, sum);
    const add = (bytes: number): void => {
      sum.bytes += bytes;
      this.bytes += bytes;
    };
    const gone = (): void => {
      sum.accounts -= 1;
      if (sum.accounts === 0) this.addresses.delete(address);
    };
    return new SocketAccount((held, more) => this.refusal(held + more, sum.bytes + more, this.bytes + more), add, gone);
  }

  private refusal(ofSocket: number, ofAddress: number, ofAll: number): ApiError | null {
    const { perSocketMax, perAddressMax, max } = this.limits;
    if (ofSocket > perSocketMax) return tooMuch(`a socket makes this server hold at most ${perSocketMax} bytes`);
    if (perAddressMax > 0 && ofAddress > perAddressMax)
      return tooMuch(`the sockets of one address make this server hold at most ${perAddressMax} bytes`);
    if (ofAll <= max) return null;
    return new ApiError(503, 'TooMuchHeld', 'this server holds as much for watchers as it may; try another', LATER);
  }
}

export class SocketAccount {
  private bytes = 0;
  private isOpen = true;
  private readonly topics = new Map<string, number>();

  constructor(
    private readonly refusal: (held: number, more: number) => ApiError | null,
    private readonly add: (bytes: number) => void,
    private readonly gone: () => void,
  ) {}

  /** Counts these bytes until `release`; the refusal instead where they are too many. */
  take(bytes: number): ApiError | null {
    if (!this.isOpen) return null;
    const refusal = this.refusal(this.bytes, bytes);
    if (refusal !== null) return refusal;
    this.count(bytes);
    return null;
  }

  release(bytes: number): void {
    if (this.isOpen) this.count(-bytes);
  }

  /** Counts a subscription that holds these bytes of its own, until the returned function is called. Throws the refusal. */
  subscribe(topic: string, ownBytes: number): () => void {
    const same = this.topics.get(topic) ?? 0;
    if (same >= SAME_TOPIC_MAX)
      throw new ApiError(429, 'TooManyOfTheSame', `a socket asks for the same at most ${SAME_TOPIC_MAX} times at once`);
    const bytes = BYTES_PER_SUBSCRIPTION + ownBytes;
    const refusal = this.take(bytes);
    if (refusal !== null) throw refusal;
    this.topics.set(topic, same + 1);
    return () => {
      this.release(bytes);
      const left = (this.topics.get(topic) ?? 1) - 1;
      if (left > 0) this.topics.set(topic, left);
      else this.topics.delete(topic);
    };
  }

  /** The socket is gone, and all that was held for it. */
  close(): void {
    if (!this.isOpen) return;
    this.count(-this.bytes);
    this.isOpen = false;
    this.gone();
  }

  private count(bytes: number): void {
    this.bytes += bytes;
    this.add(bytes);
  }
}

const LATER = { headers: { 'retry-after': '5' } };
const tooMuch = (problem: string): ApiError => new ApiError(429, 'TooMuchHeld', problem, LATER);
