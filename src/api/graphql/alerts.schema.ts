// Alerts in the GraphQL schema.
import { ALERT_KINDS } from '../../notify/alerts/alert-kinds.js';

export const ALERT_ENUMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AlertKind: Object.fromEntries(ALERT_KINDS.map((kind) => [kind.toUpperCase().replaceAll('-', '_'), kind])),
  AlertSeverity: { CRITICAL: 'critical', WARNING: 'warning' },
};

export const ALERTS_TEXT = /* GraphQL */ `
type Alert {
  alertId: ID!
  kind: AlertKind!
  "What of the house it is about."
  subject: String!
  severity: AlertSeverity!
  "What was seen last."
  detail: String!
  means: String!
  todo: String!
  "A heading of docs/runbook.md."
  runbook: String!
  raisedAt: Time!
  lastSeenAt: Time!
  "Null while nobody was told, as it is silenced."
  toldAt: Time
  escalatedAt: Time
  acknowledgedAt: Time
  acknowledgedBy: String
  "When it had passed; null while it lasts."
  clearedAt: Time
  silencedUntil: Time
}
type AlertPage { rows: [Alert!]! next: String }
type Silence { kind: AlertKind! subject: String until: Time! reason: String! }

input SilenceAlertsInput {
  kind: AlertKind!
  "As alerts show it; without it every subject of the kind."
  subject: String
  "At most 30 days from now."
  until: Time!
  reason: String!
}

extend type Mutation {
  "You look after it: it is told to nobody again. The first to say so stands; null for an alert that is not there."
  acknowledgeAlert(alertId: ID!): Alert
  "Nobody is told of such alerts for a time. They are kept, and told once it is over and they last."
  silenceAlerts(input: SilenceAlertsInput!): Silence!
}
`;
