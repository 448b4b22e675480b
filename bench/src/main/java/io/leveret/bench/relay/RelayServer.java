package io.leveret.bench.relay;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The least that a broker does before it confirms a message: one thread reads it, a second writes it to a file, a third answers with its
 * first eight bytes. Serves one client in a process of its own, and ends with it.
 */
final class RelayServer {

    static final int ANSWER_BYTES = Long.BYTES;
    /** As long as a segment of the broker's log. */
    private static final long FILE_BYTES = 64 * 1024 * 1024;

    private static final int READ_BYTES = 64 * 1024;

    private final int messageBytes;
    private final BlockingQueue<byte[]> read = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> written = new LinkedBlockingQueue<>();

    private RelayServer(int messageBytes) {
        this.messageBytes = messageBytes;
    }

    /** Arguments: the folder of the file, and a message's size. Prints the port that it listens on. */
    public static void main(String[] arguments) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            System.out.println(listener.getLocalPort());
            serve(listener, Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        }
    }

    /** Until the client hangs up. */
    static void serve(ServerSocket listener, Path folder, int messageBytes) throws IOException {
        Path path = Files.createTempFile(folder, "relay-", ".probe");
        try (Socket client = listener.accept();
                FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            client.setTcpNoDelay(true);
            RelayServer relay = new RelayServer(messageBytes);
            Thread writer = start("relay-write", () -> relay.write(file));
            Thread answerer = start("relay-answer", () -> relay.answer(client.getOutputStream()));
            relay.read(new DataInputStream(new BufferedInputStream(client.getInputStream(), READ_BYTES)));
            writer.interrupt();
            answerer.interrupt();
        } finally {
            // Whoever ended the client may have deleted the folder since.
            Files.deleteIfExists(path);
        }
    }

    private void read(DataInputStream in) throws IOException {
        try {
            while (true) {
                byte[] message = new byte[messageBytes];
                in.readFully(message);
                read.add(message);
            }
        } catch (EOFException e) {
            // The client hung up: it has all its answers.
        }
    }

    private void write(FileChannel file) throws IOException, InterruptedException {
        long at = 0;
        while (true) {
            byte[] message = read.take();
            for (ByteBuffer bytes = ByteBuffer.wrap(message); bytes.hasRemaining(); ) {
                at += file.write(bytes, at);
            }
            written.add(message);
            at = at >= FILE_BYTES ? 0 : at;
        }
    }

    private void answer(OutputStream out) throws IOException, InterruptedException {
        while (true) {
            out.write(written.take(), 0, ANSWER_BYTES);
        }
    }

    private static Thread start(String name, Step step) {
        Thread thread = new Thread(() -> run(step), name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** A message that is not answered ends the client's wait; the cause stands on standard error. */
    private static void run(Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            System.err.println("relay: " + e);
        }
    }

    private interface Step {

        void run() throws IOException, InterruptedException;
    }
}
