package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one client, which changes the topology step by step, was told of it: at most one step has no answer. */
final class TopologyLedger {

    private Topology settled = Topology.EMPTY;
    private @Nullable TopologyChange pending;

    synchronized Topology settled() {
        return settled;
    }

    void perform(TopologyChange change, Channel channel) throws IOException {
        begin(change);
        change.perform(channel);
        end(change);
    }

    synchronized void begin(TopologyChange change) {
        pending = change;
    }

    synchronized void end(TopologyChange change) {
        settled = change.appliedTo(settled);
        pending = null;
    }

    /** What may stand after a loss: the step without answer was done, or it was not. */
    synchronized List<Topology> candidates(UnaryOperator<Topology> loss) {
        Stream<Topology> before = pending == null ? Stream.of(settled) : Stream.of(settled, pending.appliedTo(settled));
        return before.map(loss).distinct().toList();
    }

    /** Goes on from what was found. */
    synchronized void found(Topology topology) {
        settled = topology;
        pending = null;
    }
}
