// What the arithmetic of scale takes for granted and nobody here has measured. Each figure says why it is what it is.

/** How busy a process or a machine may be at the peak. A queue at 60 % waits 1.5 times the service time on top of it (M/M/1). */
export const BUSY_MAX = 0.6;

/** The peak is ten times the mean: auctions end in the evening. Storage and Gold are counted from the mean. */
export const PEAK_OVER_MEAN = 10;

/** Open auctions for each bid a second, and how bids are spread over them: the n-th busiest gets 1 / n^0.8 as many as the first. */
export const AUCTIONS_A_BID_S = 1;
export const ZIPF_EXPONENT = 0.8;

/** Messages to watchers for each bid, after coalescing. */
export const MESSAGES_A_BID = 2;

/** Copies of each message on the brokers. docker-compose and Terraform's production use three. */
export const KAFKA_REPLICAS = 3;

/** Cores of one machine, and the processes of one thread that it carries. */
export const CORES_A_MACHINE = 8;

/** Gold reads a year of Bronze within four hours of the night. */
export const GOLD_DAYS = 365;
export const GOLD_WINDOW_S = 4 * 3_600;

export const SECONDS_A_DAY = 86_400;
