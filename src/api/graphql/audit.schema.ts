// The audit log in the GraphQL schema. For staff alone (access.ts).

/** The field of `Query`; `page` is how lists are asked for. */
export const auditFields = (page: string): string => `
  "What staff did, and machines with their roles, the latest first."
  auditLog(
    "Who did it."
    actorId: ID
    "Its name, as BidVoided or RoleGiven."
    act: String
    "What it was done to, as user- and the person's id."
    subject: String
    "From this time on."
    from: Time
    "Before this time."
    to: Time
    ${page}
  ): AuditPage!`;

export const AUDIT_TEXT = /* GraphQL */ `
type AuditEntry {
  at: Time!
  "The event's type, as BidVoided; of an act on the house itself its name, as RoleGiven."
  act: String!
  "Null for the house's own commands."
  actorId: ID
  "The account of the operating system that ran the house's own command; null for others."
  account: String
  "A stream, as auction- and the auction's id, or a part of the house."
  subject: String!
  "Which bid, transaction, lot or role."
  detail: String
  "Why, in the words of whoever did it."
  reason: String
  "The event that records it."
  streamId: String!
  revision: Int!
}
type AuditPage { rows: [AuditEntry!]! next: String }
`;
