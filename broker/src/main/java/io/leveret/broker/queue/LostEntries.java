package io.leveret.broker.queue;

/** Learns which entries a read found to be nowhere: they are not in the queue any more. */
interface LostEntries {

    /** For who knows nothing else of them. */
    LostEntries NOBODY = new LostEntries() {

        @Override
        public void lost(QueueEntry entry) {}

        @Override
        public void lostStretch(long fromPosition, long throughPosition) {}
    };

    void lost(QueueEntry entry);

    /** Likewise all those at one level that only the store had, from one position through another. */
    void lostStretch(long fromPosition, long throughPosition);
}
