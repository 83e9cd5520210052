// One PostgreSQL, and one Kafka at most, for a whole run of Jest. What they keep lies in a directory named after this process, so a later run can
// tell what an interrupted one left behind, and removes it.
import './typescript-hooks.mjs';

const { startRunServer } = await import('./run-server.ts');

export default async function setUp() {
  const { server, kafkaDoor, stop } = await startRunServer();
  // Workers inherit the environment; each project's setup runs in the same process and shares the one server.
  process.env.GAVEL_TEST_POSTGRES = JSON.stringify(server);
  process.env.GAVEL_TEST_KAFKA = kafkaDoor;
  // A Spark that computes few rows once: most of its time went into compiling Java code for the long run.
  process.env.PYSPARK_SUBMIT_ARGS ??= '--driver-java-options "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" pyspark-shell';
  globalThis.stopRunServer = stop;
}
