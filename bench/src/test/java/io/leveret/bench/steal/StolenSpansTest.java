package io.leveret.bench.steal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Looks each 10 ms; with the margin of 30 ms, one tick that is charged between 1,000 and 1,010 ms stands for 960 to 1,040 ms. */
class StolenSpansTest {

    private static final long MS = 1_000_000;
    private static final long LOOK_MS = 10;

    private final StolenSpans spans = new StolenSpans(0);
    private long lookedMs;

    @Test
    void leavesTimeAloneInWhichNoTickWasCharged() {
        lookUntil(2_000);

        assertThat(undisturbed(100, 1_900)).isTrue();
    }

    @Test
    void disturbsTheTickAndTheMarginsAroundItsTwoLooks() {
        lookUntil(1_000);
        charge(1);
        lookUntil(2_000);

        assertThat(undisturbed(900, 959)).isTrue();
        assertThat(undisturbed(900, 960)).isFalse();
        assertThat(undisturbed(990, 1_010)).isFalse();
        assertThat(undisturbed(1_040, 1_100)).isFalse();
        assertThat(undisturbed(1_041, 1_100)).isTrue();
    }

    @Test
    void disturbsWhatIsLongerThanTheTimeThatWasTaken() {
        lookUntil(1_000);
        charge(1);
        lookUntil(2_000);

        assertThat(undisturbed(500, 1_500)).isFalse();
    }

    @Test
    void reachesBackAsFarAsTheSliceWasLong() {
        lookUntil(1_000);
        charge(20);
        lookUntil(2_000);

        assertThat(undisturbed(700, 769)).isTrue();
        assertThat(undisturbed(700, 770)).isFalse();
        assertThat(undisturbed(850, 851)).isFalse();
    }

    @Test
    void reachesBackToTheLookBeforeIfThereWasNoneMeanwhile() {
        lookUntil(1_000);
        spans.look(1_500 * MS, 1);
        lookedMs = 1_500;
        lookUntil(2_600);

        assertThat(undisturbed(961, 962)).isFalse();
        assertThat(undisturbed(1_250, 1_251)).isFalse();
        assertThat(undisturbed(1_531, 1_540)).isTrue();
    }

    @Test
    void joinsWhatOverlaps() {
        lookUntil(1_000);
        charge(1);
        lookUntil(1_050);
        charge(1);
        lookUntil(1_200);
        // Reaches back over both.
        charge(18);
        lookUntil(2_500);

        assertThat(undisturbed(900, 959)).isTrue();
        assertThat(undisturbed(960, 961)).isFalse();
        assertThat(undisturbed(1_100, 1_150)).isFalse();
        assertThat(undisturbed(1_241, 1_300)).isTrue();
    }

    @Test
    void leavesTimeAloneBetweenTwoTicks() {
        lookUntil(1_000);
        charge(1);
        lookUntil(1_200);
        charge(1);
        lookUntil(2_500);

        assertThat(undisturbed(1_041, 1_159)).isTrue();
        assertThat(undisturbed(1_041, 1_160)).isFalse();
    }

    @Test
    void decidesWhenASliceWouldHaveBeenCharged() {
        lookUntil(1_000);

        assertThat(spans.decided(0)).isTrue();
        assertThat(spans.decided(1)).isFalse();
    }

    @Test
    void knowsNothingOfTheTimeBeforeIt() {
        lookUntil(2_000);

        assertThat(undisturbed(29, 50)).isFalse();
        assertThat(undisturbed(30, 50)).isTrue();
    }

    @Test
    void forgetsTheOldestOfVeryMany() {
        for (int span = 0; span <= StolenSpans.SPANS_MAX; span++) {
            lookUntil(lookedMs + 200);
            charge(1);
        }
        lookUntil(lookedMs + 2_000);

        // The first stood for 160 to 240 ms, the second stands for 370 to 450.
        assertThat(undisturbed(150, 151)).isFalse();
        assertThat(undisturbed(250, 251)).isTrue();
        assertThat(undisturbed(410, 411)).isFalse();
    }

    private void lookUntil(long untilMs) {
        while (lookedMs < untilMs) {
            look(0);
        }
    }

    /** Ticks that show at the next look. */
    private void charge(long ticks) {
        look(ticks);
    }

    private void look(long ticks) {
        lookedMs += LOOK_MS;
        spans.look(lookedMs * MS, ticks);
    }

    private boolean undisturbed(long fromMs, long toMs) {
        return spans.undisturbed(fromMs * MS, toMs * MS);
    }
}
