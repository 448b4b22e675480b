package io.leveret.interop.crash;

import java.io.IOException;
import java.util.Random;

/** Publishes transactions over two queues, and rolls some back. */
final class Committer implements Actor {

    private static final int MOST_PAIRS = 4;
    /** More than a segment of the log takes. */
    private static final int MOST_PAIRS_OF_A_LARGE_ONE = 300;

    private static final int LARGE_ONE_OF = 30;

    private final TxChannel channel;
    private final Random random;

    Committer(TxChannel channel, Random random) {
        this.channel = channel;
        this.random = random;
    }

    @Override
    public void step() throws IOException {
        boolean large = random.nextInt(LARGE_ONE_OF) == 0;
        int pairs = 1 + random.nextInt(large ? MOST_PAIRS_OF_A_LARGE_ONE : MOST_PAIRS);
        for (int pair = 0; pair < pairs; pair++) {
            for (String queue : Layout.TX) {
                channel.publish(queue, Content.randomBytes(random));
            }
        }
        if (random.nextInt(5) == 0) {
            channel.rollback();
        } else {
            channel.commit();
        }
    }
}
