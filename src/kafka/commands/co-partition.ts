// Which engine works on which partitions: partition 3 of every topic goes to the same one, since they hold the same
// auctions. The round-robin that kafkajs brings would give an auction's bids to one engine and its listing to another.
import kafkajs from 'kafkajs';

const { AssignerProtocol } = kafkajs;

export const coPartition: kafkajs.PartitionAssigner = ({ cluster }) => ({
  name: 'gavel-co-partition',
  version: 1,
  async assign({ members, topics }) {
    const ids = members.map(({ memberId }) => memberId).sort();
    const partitionsOf = (topic: string) =>
      cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
    const all = topics.map((topic) => [topic, partitionsOf(topic)] as const);
    return ids.map((memberId, index) => {
      const own = all.map(([topic, partitions]) => [topic, partitions.filter((one) => one % ids.length === index)]);
      const assignment: Record<string, number[]> = Object.fromEntries(own);
      const userData = Buffer.alloc(0);
      return {
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({ version: this.version, assignment, userData }),
      };
    });
  },
  protocol({ topics }) {
    const metadata = AssignerProtocol.MemberMetadata.encode({
      version: this.version,
      topics,
      userData: Buffer.alloc(0),
    });
    return { name: this.name, metadata };
  },
});
