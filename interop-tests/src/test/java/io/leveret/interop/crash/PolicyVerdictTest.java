package io.leveret.interop.crash;

import static io.leveret.interop.crash.CircuitRecord.PATIENCE_MS;
import static io.leveret.interop.crash.CircuitStory.CONFIRMED_MS;
import static io.leveret.interop.crash.CircuitStory.LOOKING_MS;
import static io.leveret.interop.crash.CircuitStory.M1;
import static io.leveret.interop.crash.CircuitStory.M2;
import static io.leveret.interop.crash.CircuitStory.SEEN_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.crash.Death.Reason;
import io.leveret.interop.crash.Event.Refused;
import io.leveret.interop.crash.Event.Started;
import io.leveret.interop.crash.Policies.Rules;
import io.leveret.interop.crash.Problem.Kind;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the judge says of queues whose limits come from policies, and change with the server's start. */
class PolicyVerdictTest {

    private static final Limits NOTHING = new Limits(Limits.NONE, Limits.NONE, false);
    private static final Limits ONE_MESSAGE = new Limits(1, Limits.NONE, false);

    private final CircuitStory story = new CircuitStory();

    @Test
    void whatIsTooMuchByANewLimitMayLeave() {
        started(NOTHING);
        confirmedBoth();
        started(ONE_MESSAGE);
        story.there("ruled", M2, Deaths.NONE);
        story.there("ruled.dead", M1, dropped());
        story.assertGood();
    }

    @Test
    void whatIsTooMuchByANewLimitMayNotStay() {
        started(NOTHING);
        confirmedBoth();
        started(ONE_MESSAGE);
        story.there("ruled", M1, Deaths.NONE);
        story.there("ruled", M2, Deaths.NONE);
        story.assertProblem(Kind.TOO_MANY, "ruled: 2 (expected: at most 1)");
    }

    @Test
    void nothingMayBeDroppedWithoutALimit() {
        started(NOTHING);
        confirmedBoth();
        story.there("ruled", M2, Deaths.NONE);
        story.there("ruled.dead", M1, dropped());
        story.assertProblem(Kind.NO_CAUSE, "ruled.dead: 7#1 (no limit held since it stood in the queue)");
    }

    @Test
    void aLimitThatIsRemovedMayHaveDroppedBefore() {
        started(ONE_MESSAGE);
        confirmedBoth();
        started(NOTHING);
        story.there("ruled", M2, Deaths.NONE);
        story.there("ruled.dead", M1, dropped());
        story.assertGood();
    }

    @Test
    void aLimitThatIsRemovedDropsNothingMore() {
        started(ONE_MESSAGE);
        story.confirmed(M1, Circuit.RULED_CLASSIC);
        started(NOTHING);
        story.there("ruled", M1, Deaths.NONE);
        story.look(true);
        story.emptied();
        story.there("ruled.dead", M1, dropped());
        story.assertProblem(Kind.NO_CAUSE, "ruled.dead: 7#1 (no limit held since it stood in the queue)");
    }

    @Test
    void whatALimitDroppedStaysWhereItIsWhenTheLimitIsRemoved() {
        started(ONE_MESSAGE);
        story.confirmed(M1, Circuit.RULED_CLASSIC);
        started(NOTHING);
        story.there("ruled.dead", M1, dropped());
        story.look(true);
        story.assertGood();
    }

    @Test
    void aQueueThatRefusesKeepsWhatItHas() {
        started(NOTHING);
        confirmedBoth();
        started(new Limits(1, Limits.NONE, true));
        story.there("ruled", M1, Deaths.NONE);
        story.there("ruled", M2, Deaths.NONE);
        story.assertGood();
    }

    @Test
    void aQueueThatRefusesDropsNothing() {
        started(new Limits(1, Limits.NONE, true));
        confirmedBoth();
        story.there("ruled", M2, Deaths.NONE);
        story.there("ruled.dead", M1, dropped());
        story.assertProblem(Kind.NO_CAUSE, "ruled.dead: 7#1 (no limit held since it stood in the queue)");
    }

    @Test
    void whatWasRefusedMayBeNowhere() {
        started(new Limits(1, Limits.NONE, true));
        story.published(M1, Circuit.RULED_CLASSIC);
        story.add(new Refused(M1));
        story.there("ruled.dead", M1, dropped());
        story.assertProblem(Kind.REFUSED, "ruled.dead: 7#1");
    }

    @Test
    void theTimeThatHeldWhenAMessageCameStaysItsTime() {
        started(new Limits(Limits.NONE, 300, false));
        story.confirmed(M1, Circuit.RULED_CLASSIC);
        started(NOTHING);
        story.there("ruled", M1, Deaths.NONE, LOOKING_MS + PATIENCE_MS + 1);
        long lateMs = LOOKING_MS + PATIENCE_MS + 1 - CONFIRMED_MS - 300;
        story.assertProblem(Kind.LATE, "ruled: 7#1 (" + lateMs + " ms)");
    }

    @Test
    void aNewTimeIsNotThatOfWhatIsThere() {
        started(NOTHING);
        story.confirmed(M1, Circuit.RULED_CLASSIC);
        started(new Limits(Limits.NONE, 300, false));
        story.there("ruled.dead", M1, CircuitStory.deaths(Circuit.RULED_CLASSIC, Reason.EXPIRED));
        story.assertProblem(Kind.EARLY, "ruled.dead: 7#1 (" + (Long.MAX_VALUE - SEEN_MS) + " ms)");
    }

    @Test
    void theSmallerOfUsersAndOperatorsLimitsHolds() {
        Limits user = new Limits(10, 2_000, true);
        Limits operator = new Limits(20, 1_000, false);
        assertThat(new Rules(user, null, operator).holding()).isEqualTo(new Limits(10, 1_000, true));
        assertThat(new Rules(NOTHING, user, null).holding()).isEqualTo(user);
        assertThat(new Rules(user, null, null).holding()).isEqualTo(user);
    }

    @Test
    void theServerIsGivenAllOfThem() {
        Map<String, Rules> rules = new HashMap<>();
        Rules of = new Rules(new Limits(10, 300, true), null, new Limits(20, Limits.NONE, false));
        Circuit.RULED.forEach(circuit -> rules.put(circuit.entry().queue(), of));
        String definitions = new Policies(rules).definitions();
        assertThat(definitions)
                .contains("\"name\":\"ruled usual\",\"pattern\":\"^ruled$\",\"apply-to\":\"queues\",\"priority\":0")
                .contains("\"max-length\":10", "\"message-ttl\":300", "\"overflow\":\"reject-publish\"")
                .contains("\"dead-letter-exchange\":\"\"", "\"dead-letter-routing-key\":\"governed.dead\"")
                .contains("\"name\":\"governed special\",\"pattern\":\"^nowhere$\"")
                .contains("\"component\":\"operator_policy\",\"name\":\"ruled\"", "\"max-length\":20");
    }

    private void started(Limits limits) {
        Map<String, Rules> rules = new HashMap<>();
        Circuit.RULED.forEach(circuit -> rules.put(circuit.entry().queue(), new Rules(limits, null, null)));
        story.add(new Started(new Policies(rules)));
    }

    private void confirmedBoth() {
        story.confirmed(M1, Circuit.RULED_CLASSIC);
        story.confirmed(M2, Circuit.RULED_CLASSIC);
    }

    private static Deaths dropped() {
        return CircuitStory.deaths(Circuit.RULED_CLASSIC, Reason.MAXLEN);
    }
}
