// Alerts to a topic of Amazon SNS. Credentials are found as every AWS program finds them.
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { alertMessageSchema, alertText, headline } from '../alerts/alert-message.js';
import type { Channel } from './channel.js';

export type SnsSettings = Readonly<{
  /** `arn:aws:sns:<region>:<account>:<name>`. */
  topicArn: string;
  /** Another address than AWS's own; null for AWS. */
  endpoint: URL | null;
}>;

const SUBJECT_CHARACTERS_MAX = 100;
const REGION_PART = 3;
const PRINTABLE = /[^\x20-\x7e]/g;

export function snsChannel({ topicArn, endpoint }: SnsSettings): Channel {
  const region = topicArn.split(':')[REGION_PART] ?? '';
  const client = new SNSClient({ region, ...(endpoint !== null && { endpoint: endpoint.href }) });
  // Topics in order know a repeat by its id, and send it once.
  const inOrder = topicArn.endsWith('.fifo');
  return {
    async send({ messageId, content }) {
      const message = alertMessageSchema.parse(content);
      const { alertId, kind, severity, what } = message;
      const attribute = (text: string) => ({ DataType: 'String', StringValue: text });
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: headline(message).replaceAll(PRINTABLE, '?').slice(0, SUBJECT_CHARACTERS_MAX),
          Message: alertText(message),
          MessageAttributes: {
            kind: attribute(kind),
            severity: attribute(severity),
            what: attribute(what),
            messageId: attribute(messageId),
          },
          ...(inOrder && { MessageGroupId: alertId, MessageDeduplicationId: messageId }),
        }),
      );
    },
    close: () => client.destroy(),
  };
}
