package io.leveret.interop.crash;

import static io.leveret.interop.crash.CircuitStory.CONFIRMED_MS;
import static io.leveret.interop.crash.CircuitStory.LOST_MS;
import static io.leveret.interop.crash.CircuitStory.M1;
import static io.leveret.interop.crash.CircuitStory.M2;
import static io.leveret.interop.crash.CircuitStory.SEEN_MS;
import static io.leveret.interop.crash.CircuitStory.SENT_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.crash.Event.Confirmed;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Event.Failed;
import io.leveret.interop.crash.Event.Published;
import io.leveret.interop.crash.Problem.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the judge says of queues that give out first what has a higher priority. */
class PriorityVerdictTest {

    private final CircuitStory story = new CircuitStory();

    @Test
    void whatIsHigherMayStandFirst() {
        confirmed(M1, Circuit.RANKED, 1);
        confirmed(M2, Circuit.RANKED, 2);
        story.there("ranked", M2, Deaths.NONE);
        story.there("ranked", M1, Deaths.NONE);
        story.assertGood();
    }

    @Test
    void whatIsHigherMayNotStandBehind() {
        confirmed(M1, Circuit.RANKED, 1);
        confirmed(M2, Circuit.RANKED, 2);
        story.there("ranked", M1, Deaths.NONE);
        story.there("ranked", M2, Deaths.NONE);
        story.assertProblem(Kind.REORDERED, "ranked: 7#2 (of level 2 after level 1)");
    }

    @Test
    void whatIsOfOneLevelKeepsItsOrder() {
        confirmed(M1, Circuit.RANKED, 10);
        confirmed(M2, Circuit.RANKED, 11);
        story.there("ranked", M2, Deaths.NONE);
        story.there("ranked", M1, Deaths.NONE);
        story.assertProblem(Kind.REORDERED, "ranked: 7#1 (after 7#2)");
    }

    @Test
    void aMessageWithoutPriorityIsOfTheLowestLevelInAClassicQueue() {
        Message message = CircuitStory.message(M1, Circuit.RANKED);
        assertThat(Circuit.RANKED.entry().level(message)).isZero();
        assertThat(Circuit.RANKED.entry().level(message.ranked(10))).isEqualTo(10);
        assertThat(Circuit.RANKED.entry().level(message.ranked(11))).isEqualTo(10);
        assertThat(Circuit.DROP_HEAD.entry().level(message.ranked(11))).isZero();
    }

    @Test
    void aMessageWithoutPriorityIsOfLevelFourInAQuorumQueue() {
        Message message = CircuitStory.message(M1, Circuit.RANKED_QUORUM);
        assertThat(Circuit.RANKED_QUORUM.entry().level(message)).isEqualTo(4);
        assertThat(Circuit.RANKED_QUORUM.entry().level(message.ranked(31))).isEqualTo(31);
        assertThat(Circuit.RANKED_QUORUM.entry().level(message.ranked(32))).isEqualTo(31);
    }

    @Test
    void whatReturnedToAQuorumQueueMayStandFirst() {
        confirmed(M1, Circuit.RANKED_QUORUM, 7);
        confirmed(M2, Circuit.RANKED_QUORUM, 7);
        story.delivered("levels", M2, Deaths.NONE, LOST_MS);
        story.add(new Failed(new Entry("levels", M2), 0, 1, LOST_MS));
        story.there("levels", new Copy(M2, true, Deaths.NONE, 1, SEEN_MS));
        story.there("levels", M1, Deaths.NONE);
        story.look(false);
        assertThat(story.problems()).isEmpty();
    }

    @Test
    void whatReturnedToAQuorumQueueStandsInItsPlaceAfterARestart() {
        confirmed(M1, Circuit.RANKED_QUORUM, 7);
        confirmed(M2, Circuit.RANKED_QUORUM, 7);
        story.delivered("levels", M2, Deaths.NONE, LOST_MS);
        story.add(new Failed(new Entry("levels", M2), 0, 1, LOST_MS));
        story.there("levels", new Copy(M2, true, Deaths.NONE, 1, SEEN_MS));
        story.there("levels", M1, Deaths.NONE);
        story.assertProblem(Kind.REORDERED, "levels: 7#1 (after 7#2)");
    }

    @Test
    void aTransientMessageStaysInQuorumQueues() {
        Message message = new Message(M1, false, List.of("levels"), Message.NO_TX);
        story.add(new Published(message, SENT_MS));
        story.add(new Confirmed(M1, CONFIRMED_MS));
        story.assertProblem(Kind.LOST, "levels: 7#1 (in none of [levels, levels.dead])");
    }

    private void confirmed(MessageKey key, Circuit circuit, int priority) {
        story.add(new Published(CircuitStory.message(key, circuit).ranked(priority), SENT_MS));
        story.add(new Confirmed(key, CONFIRMED_MS));
    }
}
