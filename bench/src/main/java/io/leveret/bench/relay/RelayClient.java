package io.leveret.bench.relay;

import io.leveret.bench.figures.Latencies;
import io.leveret.bench.steal.StealWatch;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages at a fixed rate and times each answer from the moment its message was meant to be sent. Used by one thread; a second
 * one, which lives as long as a piece, reads the answers and alone touches the histogram meanwhile.
 */
final class RelayClient implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final byte[] message;
    private final int rate;
    private final boolean spin;
    private final Histogram nanos = Latencies.histogram();
    private final Histogram undisturbedNanos = Latencies.histogram();
    private boolean undisturbedKnown = true;

    RelayClient(int port, int messageBytes, int rate, boolean spin) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        // An answer that never comes fails the piece instead of waiting for ever.
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        out = socket.getOutputStream();
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        message = new byte[messageBytes];
        this.rate = rate;
        this.spin = spin;
    }

    /** One more piece: adds the answers of these seconds, not those of the warm-up before them. */
    void measure(int warmUpSeconds, int seconds) throws IOException {
        long thrownAway = (long) warmUpSeconds * rate;
        long total = thrownAway + (long) seconds * rate;
        // For each piece one of its own, so that nothing looks and takes time while something else is measured between
        // them.
        try (StealWatch watch = StealWatch.begin()) {
            CompletableFuture<Void> answers = new CompletableFuture<>();
            Thread reader = new Thread(() -> complete(answers, thrownAway, total, watch), "relay-client");
            reader.start();
            send(total);
            await(answers);
            addUndisturbed(watch.undisturbedNanos());
        }
    }

    private static void await(CompletableFuture<Void> answers) throws IOException {
        try {
            answers.join();
        } catch (CompletionException e) {
            throw new IOException("no answer to a message that was relayed", e.getCause());
        }
    }

    private void addUndisturbed(@Nullable Histogram piece) {
        if (piece == null) {
            undisturbedKnown = false;
        } else {
            undisturbedNanos.add(piece);
        }
    }

    Histogram nanos() {
        return nanos;
    }

    /** Of the answers to messages that the machine's host left alone; null where the system doesn't tell which these are. */
    @Nullable
    Histogram undisturbedNanos() {
        return undisturbedKnown ? undisturbedNanos : null;
    }

    private void send(long total) throws IOException {
        double intervalNanos = (double) TimeUnit.SECONDS.toNanos(1) / rate;
        long start = System.nanoTime();
        for (long i = 0; i < total; i++) {
            long intended = start + (long) (i * intervalNanos);
            await(intended);
            ByteBuffer.wrap(message).putLong(intended);
            out.write(message);
        }
    }

    private void await(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            if (spin) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(left);
            }
        }
    }

    private void complete(CompletableFuture<Void> answers, long thrownAway, long total, StealWatch watch) {
        try {
            for (long i = 0; i < total; i++) {
                long intended = in.readLong();
                long took = System.nanoTime() - intended;
                if (i >= thrownAway) {
                    Latencies.record(nanos, took);
                    watch.answered(intended, took);
                }
            }
            answers.complete(null);
        } catch (IOException e) {
            answers.completeExceptionally(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
