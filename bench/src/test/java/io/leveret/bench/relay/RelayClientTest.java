package io.leveret.bench.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelayClientTest {

    @TempDir
    private Path folder;

    @Test
    void timesEachMessageOfEachPieceOnceTheWarmUpIsOver() throws IOException {
        try (ServerSocket listener = listener()) {
            CompletableFuture<Void> server = CompletableFuture.runAsync(() -> serve(listener));
            try (RelayClient client = new RelayClient(listener.getLocalPort(), 1024, 200, false)) {
                client.measure(1, 1);
                client.measure(0, 1);

                assertThat(client.nanos().getTotalCount()).isEqualTo(400);
                assertThat(client.nanos().getMinValue()).isPositive();
            }
            server.join();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void failsWhenTheServerGoesAway() throws IOException {
        try (ServerSocket listener = listener()) {
            CompletableFuture<Void> server = CompletableFuture.runAsync(() -> hangUp(listener));
            try (RelayClient client = new RelayClient(listener.getLocalPort(), 1024, 200, false)) {
                server.join();

                assertThatThrownBy(() -> client.measure(0, 1)).isInstanceOf(IOException.class);
            }
        }
    }

    private void serve(ServerSocket listener) {
        try {
            RelayServer.serve(listener, folder, 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void hangUp(ServerSocket listener) {
        try (Socket client = listener.accept()) {
            client.setSoLinger(true, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerSocket listener() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }
}
