export type EmbeddedErrorCode =
  | 'DataDirectoryInUse'
  | 'PortTaken'
  | 'NoServerUser'
  | 'PlatformUnsupported'
  | 'InitialisationFailed'
  | 'VersionMismatch'
  | 'StartFailed'
  | 'StopFailed'
  | 'ServerLost'
  | 'JavaMissing'
  | 'MavenMissing'
  | 'KafkaFetchFailed';

/** What keeps the embedded PostgreSQL or Kafka from running; the message is one line meant for whoever typed the command. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
