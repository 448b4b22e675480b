package io.leveret.interop.crash;

/** A promise that was broken, and what shows it. */
record Problem(Kind kind, String what) {

    enum Kind {
        LOST("lost"),
        TWICE("there twice"),
        NEVER_PUBLISHED("never published there"),
        RESURRECTED("came back"),
        REORDERED("out of order"),
        NOT_MARKED("not marked as redelivered"),
        WRONGLY_MARKED("marked as redelivered, though never delivered"),
        TORN_TX("half a transaction"),
        UNCOMMITTED("not committed, but there"),
        NOT_DURABLE("there after a restart, though it is not persistent"),
        TORN_PURGE("half a purge"),
        REFUSED("refused, but there"),
        EARLY("left before its time"),
        LATE("stayed after its time"),
        MISCOUNTED("its failures are not counted rightly"),
        SPENT("not dead-lettered, though it had failed too often"),
        TOO_MANY("more than its limit allows"),
        NO_CAUSE("dead-lettered without a cause"),
        WRONG_DEATHS("tells other deaths than it died"),
        GARBLED("garbled");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
