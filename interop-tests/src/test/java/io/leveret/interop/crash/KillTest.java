package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The real server under a mixed load, killed at random moments, also while it starts; meanwhile its stores write checkpoints, compact
 * segments and page messages out, or it fails. {@code -Dcrash.rounds=200} makes
 * more of them, {@code -Dcrash.seed} begins with the same choices again.
 */
@Timeout(7_200)
class KillTest {

    private static final int ROUNDS = Integer.getInteger("crash.rounds", 20);
    /** More than one, so that what was recovered is recovered again. */
    private static final int ROUNDS_OF_A_FOLDER = 5;
    /** From so many on a store surely has written checkpoints, compacted and spilled. */
    private static final int ROUNDS_OF_ALL_WORK = 20;

    private static final long SEED = Long.getLong("crash.seed", System.currentTimeMillis());

    @Test
    void aKilledServerKeepsItsPromises() throws Exception {
        StoreWork work = run(Loss.SERVER, ROUNDS);
        // A few rounds may be over before all of it has happened.
        if (ROUNDS >= ROUNDS_OF_ALL_WORK) {
            assertThat(work.checkpoints())
                    .as("checkpoints, of %s, seed %d", work, SEED)
                    .isPositive();
            assertThat(work.compacted())
                    .as("compacted segments, of %s, seed %d", work, SEED)
                    .isPositive();
            assertThat(work.spilled())
                    .as("spill files, of %s, seed %d", work, SEED)
                    .isPositive();
        }
    }

    /** Shows too that the load itself and the judgement on it are sound: a server that lives on has lost nothing. */
    @Test
    void aServerKeepsItsPromisesWhenAllConnectionsAreLost() throws Exception {
        run(Loss.CLIENTS, Math.max(2, ROUNDS / 10));
    }

    @Test
    void aStoppedServerKeepsItsPromises() throws Exception {
        run(Loss.STOP, Math.max(2, ROUNDS / 10));
    }

    private static StoreWork run(Loss loss, int rounds) throws Exception {
        StoreWork work = StoreWork.NONE;
        for (int done = 0; done < rounds; done += ROUNDS_OF_A_FOLDER) {
            int ofThisFolder = Math.min(ROUNDS_OF_A_FOLDER, rounds - done);
            System.out.printf(
                    "crash: %s, rounds %d to %d, seed %d%n", loss, done + 1, done + ofThisFolder, SEED + done);
            work = work.plus(Trial.run(loss, SEED + done, ofThisFolder));
        }
        System.out.printf("crash: %s, %d rounds: %s%n", loss, rounds, work);
        return work;
    }
}
