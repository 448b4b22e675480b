package io.leveret.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessUsageTest {

    @Test
    void addsUserAndSystemTimeWhateverTheNameOfTheProcess() {
        String stat = "4242 (a (strange) name) S 1 4242 4242 0 -1 4194304 9 0 0 0 150 25 7 7 20 0 31 0 1";

        ProcessUsage usage = ProcessUsage.of(stat, List.of("Name:\tx", "VmRSS:\t  181232 kB", "RssAnon:\t 1 kB"));

        assertThat(usage).isEqualTo(new ProcessUsage(1_750_000, 181_232));
    }
}
