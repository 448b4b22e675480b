package io.leveret.persistence.log;

import com.sun.management.OperatingSystemMXBean;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFile;
import io.leveret.persistence.disk.FolderDisk;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.RecordedRecords;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the log on a real folder, which it fills and leaves: {@code LogMeasurement FOLDER}. Not a test: it prints.
 */
public final class LogMeasurement {

    private static final int BODY_BYTES = 1024;
    private static final byte[] HEAD = new byte[60];
    private static final byte[] NO_BYTES = {};

    private final Disk disk;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
    private int folders;

    private LogMeasurement(Disk disk) {
        this.disk = disk;
    }

    public static void main(String[] args) throws IOException {
        LogMeasurement measurement = new LogMeasurement(FolderDisk.open(Path.of(args[0])));
        try {
            for (int round = 0; round < 3; round++) {
                measurement.rawForces(2000, 0);
                measurement.rawForces(2000, 1 << 20);
                measurement.rawForces(2000, 8 << 20);
            }
            for (int preallocate : new int[] {0, 256 << 10, 1 << 20, 4 << 20, 0, 256 << 10, 1 << 20, 4 << 20}) {
                measurement.oneInFlight(settings(SyncMode.FSYNC, preallocate), 3000);
            }
            measurement.oneInFlight(settings(SyncMode.OS, 0), 100_000);
            for (SyncMode mode : SyncMode.values()) {
                for (int perBatch : new int[] {1, 10, 50, 50}) {
                    measurement.windowed(settings(mode, 1 << 20), 1_000_000, perBatch, 1000);
                }
            }
        } finally {
            measurement.threads.shutdown();
        }
    }

    private static LogSettings settings(SyncMode mode, int preallocate) {
        return new LogSettings(mode, 64 << 20, 250_000, preallocate, 0);
    }

    /** A write of 1 KB and its force, in a file that grows, or that is filled with zeros ahead in such steps. */
    private void rawForces(int count, int step) throws IOException {
        long[] nanos = new long[count];
        ByteBuffer bytes = ByteBuffer.allocateDirect(BODY_BYTES);
        long end = 0;
        try (DiskFile file = disk.create("raw" + folders++)) {
            for (int i = 0; i < count; i++) {
                long offset = (long) i * BODY_BYTES;
                long start = System.nanoTime();
                file.write(offset, bytes.clear());
                if (step > 0 && offset + BODY_BYTES > end) {
                    end = offset + step;
                    file.write(offset + BODY_BYTES, ByteBuffer.allocateDirect(step - BODY_BYTES));
                }
                file.force();
                nanos[i] = System.nanoTime() - start;
            }
        }
        print("raw write+force, preallocated by " + step, nanos);
    }

    private void oneInFlight(LogSettings settings, int count) throws IOException {
        Durable durable = new Durable();
        MessageLog log = open(settings, durable);
        Batch batch = new Batch();
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            byte[] body = new byte[BODY_BYTES];
            long start = System.nanoTime();
            batch.publish(HEAD, NO_BYTES, body);
            batch.target(1);
            durable.await(log.append(batch));
            nanos[i] = System.nanoTime() - start;
        }
        log.close();
        print("one in flight, " + settings.mode() + ", preallocated by " + settings.preallocateBytes(), nanos);
    }

    private void windowed(LogSettings settings, int count, int perBatch, int window) throws IOException {
        Durable durable = new Durable();
        MessageLog log = open(settings, durable);
        Batch batch = new Batch();
        long cpu = cpuNanos();
        long start = System.nanoTime();
        for (int i = 0; i < count; i += perBatch) {
            for (int j = 0; j < perBatch; j++) {
                batch.publish(HEAD, NO_BYTES, new byte[BODY_BYTES]);
                batch.target(1);
            }
            long number = log.append(batch);
            durable.await(number - window / perBatch);
        }
        durable.await(count / perBatch);
        long nanos = System.nanoTime() - start;
        long used = cpuNanos() - cpu;
        log.close();
        System.out.printf(
                "%s, %d a batch, %d in flight: %,d messages/s, %.2f us CPU a message%n",
                settings.mode(), perBatch, window, count * 1_000_000_000L / nanos, used / 1000.0 / count);
    }

    private MessageLog open(LogSettings settings, Durable durable) throws IOException {
        Background background = new Background() {
            @Override
            public void schedule(Runnable task, long delayMs) {
                threads.schedule(task, delayMs, TimeUnit.MILLISECONDS);
            }

            @Override
            public void execute(Runnable task) {
                threads.execute(task);
            }
        };
        return MessageLog.open(
                disk.folder("log" + folders++),
                settings,
                new LogResources(background, background, new WriteBuffers(1 << 20), InstantSource.system()),
                durable,
                LogPlace.START,
                new RecordedRecords());
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static void print(String what, long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf(
                "%s: p50 %d us, p90 %d us, p99 %d us, mean %d us%n",
                what,
                nanos[nanos.length / 2] / 1000,
                nanos[nanos.length * 9 / 10] / 1000,
                nanos[nanos.length * 99 / 100] / 1000,
                (long) Arrays.stream(nanos).average().orElse(0) / 1000);
    }

    /** What the flusher says, for the one thread that waits for it. */
    private static final class Durable implements LogListener {

        private final Thread waiting = Thread.currentThread();
        private volatile long number;

        void await(long wanted) {
            while (number < wanted) {
                LockSupport.parkNanos(1_000_000_000);
            }
        }

        @Override
        public void durable(long batch) {
            number = batch;
            LockSupport.unpark(waiting);
        }

        @Override
        public void blocked(boolean full) {
            System.out.println("full: " + full);
        }

        @Override
        public void failed(Throwable cause) {
            throw new IllegalStateException(cause);
        }
    }
}
