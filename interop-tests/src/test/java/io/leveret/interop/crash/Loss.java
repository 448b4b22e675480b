package io.leveret.interop.crash;

import io.leveret.interop.process.ServerProcess;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** What is lost in the middle of a load. */
enum Loss {
    /** {@code kill -9} of the server, whose clients see their connections break. */
    SERVER(Topology::afterRestart) {
        @Override
        void happen(ServerProcess server) throws IOException, InterruptedException {
            server.kill();
        }
    },
    /** The server stops cleanly, which is when it closes its clients' connections. */
    STOP(Topology::afterRestart) {
        @Override
        void happen(ServerProcess server) throws IOException {
            server.close();
        }
    },
    /** All connections at once; the server goes on. What it still has must be the same as if it had been killed, and more. */
    CLIENTS(Topology::afterConnectionLoss) {
        @Override
        void happen(ServerProcess server) {
            // The load closes its connections when it ends.
        }
    };

    /** What remains of a topology. */
    final UnaryOperator<Topology> remains;

    Loss(UnaryOperator<Topology> remains) {
        this.remains = remains;
    }

    boolean isRestart() {
        return this != CLIENTS;
    }

    abstract void happen(ServerProcess server) throws IOException, InterruptedException;
}
