package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GivingBackTest {

    private static final int CHANNELS = 10;
    private static final int MESSAGES = 40_000;

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final GivingBack givingBack = new GivingBack(tasks::add);
    private final Queue queue = Entries.queue("q");
    private final List<String> told = new ArrayList<>();

    private List<QueueEntry> taken() {
        Entries.publish(queue, MESSAGES, 0);
        List<QueueEntry> entries = new ArrayList<>();
        for (QueueEntry entry = queue.get(false); entry != null; entry = queue.get(false)) {
            entries.add(entry);
        }
        return entries;
    }

    private static Returns dealt(List<QueueEntry> entries, Random random) {
        Returns returns = new Returns();
        List<List<QueueEntry>> hands = new ArrayList<>();
        for (int channel = 0; channel < CHANNELS; channel++) {
            hands.add(new ArrayList<>());
        }
        entries.forEach(entry -> hands.get(random.nextInt(CHANNELS)).add(entry));
        for (List<QueueEntry> hand : hands) {
            hand.forEach(returns::add);
            returns.endOfChannel();
        }
        return returns;
    }

    @Test
    void noTurnOfTheLoopGivesMuchBackAndWhatFollowsWaitsForAll() {
        List<QueueEntry> entries = taken();
        givingBack.add(dealt(entries, new Random(1)), () -> told.add("done"));

        int before = 0;
        while (!tasks.isEmpty()) {
            int ready = queue.counts().ready();
            assertThat(ready - before).isBetween(1, GivingBack.PIECE);
            assertThat(told).isEmpty();
            before = ready;
            tasks.remove().run();
        }

        assertThat(told).containsExactly("done");
        assertThat(givingBack.isIdle()).isTrue();
        assertThat(taken().subList(0, MESSAGES)).isEqualTo(entries);
    }

    @Test
    void whatReturnsFromSeveralChannelsReachesAWaitingConsumerInOrder() {
        for (int seed = 0; seed < 20; seed++) {
            Queue each = Entries.queue("q");
            Entries.publish(each, 3_000, 0);
            List<QueueEntry> entries = new ArrayList<>();
            for (QueueEntry entry = each.get(false); entry != null; entry = each.get(false)) {
                entries.add(entry);
            }
            CollectingTarget target = new CollectingTarget();
            each.addConsumer(Entries.consumer(each, target, 10_000));

            dealt(entries, new Random(seed)).requeue();

            assertThat(target.entries()).as("seed %d", seed).isEqualTo(entries);
        }
    }

    @Test
    void whatOneChannelHasInAnyOrderReturnsInOrder() {
        List<QueueEntry> entries = taken();
        List<QueueEntry> shuffled = new ArrayList<>(entries);
        Collections.shuffle(shuffled, new Random(4));
        Returns returns = new Returns();
        shuffled.subList(0, MESSAGES / 2).forEach(returns::add);
        Returns all = new Returns();
        returns.moveTo(all);
        shuffled.subList(MESSAGES / 2, MESSAGES).forEach(all::add);

        givingBack.add(all, () -> told.add("done"));
        runAll();

        assertThat(told).containsExactly("done");
        assertThat(taken().subList(0, MESSAGES)).isEqualTo(entries);
    }

    @Test
    void aLittleReturnsAtOnce() {
        Returns returns = new Returns();
        taken().subList(0, 100).forEach(returns::add);

        givingBack.add(returns, () -> told.add("done"));

        assertThat(told).containsExactly("done");
        assertThat(tasks).isEmpty();
        assertThat(queue.counts().ready()).isEqualTo(100);
    }

    @Test
    void whatComesLaterWaitsForWhatCameBefore() {
        givingBack.add(dealt(taken(), new Random(2)), () -> told.add("first"));
        givingBack.add(new Returns(), () -> told.add("second"));
        assertThat(told).isEmpty();
        runAll();

        assertThat(told).containsExactly("first", "second");
    }

    @Test
    void aConnectionThatEndsStillGivesBackWhatItsChannelsHeld() {
        givingBack.add(dealt(taken(), new Random(3)), () -> told.add("close-ok of a channel"));
        givingBack.dropFollowing();
        givingBack.add(new Returns(), () -> told.add("end"));
        runAll();

        assertThat(told).containsExactly("end");
        assertThat(queue.counts().ready()).isEqualTo(MESSAGES);
    }

    private void runAll() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }
}
