// Alerts to Amazon SNS, at moto, a double of AWS that hands on what is published.
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AlertMessage } from '../../src/notify/alerts/alert-message.js';
import { snsChannel } from '../../src/notify/channels/sns.channel.js';
import { eventually } from '../support/eventually.js';
import { describeWithTool } from '../support/requires.js';
import { type S3Server, startMoto } from '../support/s3-servers.js';
import { startWebhookServer, type WebhookServer } from '../support/webhook-server.js';

const KEYS = { AWS_ACCESS_KEY_ID: 'test-access-key', AWS_SECRET_ACCESS_KEY: 'test-secret-key-not-a-real-one' };
const alert: AlertMessage = {
  what: 'raised',
  alertId: '01900008-0000-7000-8000-000000000001',
  kind: 'bronze-unverified',
  subject: 'brönze',
  severity: 'critical',
  detail: 'The verification run failed.',
  raisedAt: 0,
  at: 0,
};

describeWithTool('moto', 'Amazon SNS', () => {
  let moto: S3Server;
  let inbox: WebhookServer;
  let endpoint: URL;
  let client: SNSClient;
  const before = new Map(Object.keys(KEYS).map((name) => [name, process.env[name]]));

  beforeAll(async () => {
    Object.assign(process.env, KEYS);
    [moto, inbox] = [await startMoto(), await startWebhookServer()];
    endpoint = new URL(moto.settings.endpoint ?? '');
    client = new SNSClient({ region: 'eu-central-1', endpoint: endpoint.href });
  });
  afterAll(async () => {
    client.destroy();
    await moto.stop();
    await inbox.stop();
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  it('publishes an alert with what tells a repeat', async () => {
    const { TopicArn: topicArn = '' } = await client.send(new CreateTopicCommand({ Name: 'alerts' }));
    await client.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'http', Endpoint: inbox.url }));
    const channel = snsChannel({ topicArn, endpoint });
    await channel.send({ messageId: '01900009-0000-7000-8000-000000000001', content: alert });
    channel.close();
    await eventually('the notification', () => inbox.posts.some(({ body }) => body.includes('Notification')));
    const posted = inbox.posts.map(({ body }) => JSON.parse(body)).find(({ Type: type }) => type === 'Notification');
    expect(posted).toMatchObject({
      TopicArn: topicArn,
      Subject: '[gavel] ALERT critical: bronze-unverified br?nze',
      Message: expect.stringContaining('docs/runbook.md#alert-bronze-does-not-verify'),
    });
  });

  it('publishes to a topic in order under an id that drops repeats', async () => {
    const Attributes = { FifoTopic: 'true' };
    const { TopicArn: topicArn = '' } = await client.send(new CreateTopicCommand({ Name: 'alerts.fifo', Attributes }));
    const channel = snsChannel({ topicArn, endpoint });
    await channel.send({ messageId: '01900009-0000-7000-8000-000000000002', content: alert });
    channel.close();
  });

  it('says which message it is and how urgent, on the wire', async () => {
    // moto keeps the attributes to itself. What answers here is no SNS, so the message counts as not taken.
    const wire = await startWebhookServer();
    const channel = snsChannel({
      topicArn: 'arn:aws:sns:eu-central-1:123456789012:alerts',
      endpoint: new URL(wire.url),
    });
    await expect(channel.send({ messageId: '01900009-0000-7000-8000-000000000004', content: alert })).rejects.toThrow();
    channel.close();
    await wire.stop();
    const sent = new URLSearchParams(wire.posts[0]?.body);
    const values = [...sent].filter(([name]) => name.endsWith('.Value.StringValue')).map(([, value]) => value);
    expect(values.sort()).toEqual(['01900009-0000-7000-8000-000000000004', 'bronze-unverified', 'critical', 'raised']);
  });

  it('fails where there is no such topic', async () => {
    const channel = snsChannel({ topicArn: 'arn:aws:sns:eu-central-1:123456789012:nowhere', endpoint });
    await expect(channel.send({ messageId: '01900009-0000-7000-8000-000000000003', content: alert })).rejects.toThrow();
    channel.close();
  });
});
