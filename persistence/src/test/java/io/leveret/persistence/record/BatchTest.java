package io.leveret.persistence.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.persistence.Position;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class BatchTest {

    private static final long SEGMENT = 7;

    private final Batch batch = new Batch();
    private final BatchReader reader = new BatchReader();

    @Test
    void readsBackRecordsOfAllKinds() throws CorruptRecordException {
        for (int seed = 0; seed < 300; seed++) {
            RandomBatch random = new RandomBatch(new SplittableRandom(seed), SEGMENT, seed);
            random.fill(batch, 1 + seed % 50);
            RecordedRecords read = read(batch.seal(), seed);
            assertThat(read.lines())
                    .as("seed %d", seed)
                    .isEqualTo(random.expected().lines());
        }
    }

    @Test
    void tellsWhereContentsLieAndHowTheyAreChecked() throws CorruptRecordException {
        batch.publish("he".getBytes(UTF_8), "ad".getBytes(UTF_8), "body".getBytes(UTF_8));
        batch.target(1);
        batch.publish(new byte[0], new byte[0], "next".getBytes(UTF_8));
        batch.target(1);
        RecordedRecords read = read(batch.seal(), 0);
        CRC32C crc = new CRC32C();
        crc.update("headbody".getBytes(UTF_8));
        assertThat(read.contents().get(0)).isEqualTo(new Content(1000, 4, 4, (int) crc.getValue()));
        assertThat(read.contents().get(1).offset()).isEqualTo(1008);
        assertThat(read.contents().get(1).length()).isEqualTo(4);
    }

    @Test
    void countsPublishesFromZero() {
        byte[] none = {};
        assertThat(batch.publish(none, none, none)).isZero();
        batch.target(1);
        batch.settle(1, 5);
        assertThat(batch.publish(none, none, none)).isEqualTo(1);
        batch.target(1);
        assertThat(batch.publishAfterGap(3, none, none, none)).isEqualTo(5);
        batch.target(1);
        assertThat(batch.seal().ordinals()).isEqualTo(6);
        batch.appended(Position.of(2, 3));
        assertThat(batch.firstPosition()).isEqualTo(Position.of(2, 3));
    }

    @Test
    void joinsSettlesOfOneQueueInOneRecordOfAByteEach() throws CorruptRecordException {
        long first = Position.of(1000, 100_000);
        for (int i = 0; i < 1000; i++) {
            batch.settle(3, first + i);
        }
        batch.settle(4, first);
        SealedBatch sealed = batch.seal();
        assertThat(sealed.records()).isEqualTo(2);
        assertThat(sealed.length()).isLessThan(1030);
        assertThat(read(sealed, 0).lines()).hasSize(2).last().isEqualTo("settle 4 [" + first + "]");
    }

    @Test
    void isEmptyAfterSealAndAfterClear() throws CorruptRecordException {
        assertThat(batch.isEmpty()).isTrue();
        batch.settle(1, 1);
        assertThat(batch.isEmpty()).isFalse();
        batch.seal();
        assertThat(batch.isEmpty()).isTrue();
        batch.publish(new byte[1], new byte[1], new byte[1]);
        batch.target(1);
        batch.settle(2, 2);
        batch.clear();
        assertThat(batch.isEmpty()).isTrue();
        batch.addQueue(9);
        assertThat(read(batch.seal(), 0).lines()).containsExactly("add 9");
    }

    @Test
    void doesNotCopyBodies() {
        byte[] body = new byte[1000];
        batch.publish(new byte[0], new byte[0], body);
        batch.target(1);
        assertThat(batch.seal().contents()[0]).isSameAs(body);
    }

    @Test
    void refusesAMessageForNobodyAndATargetOfNothing() {
        assertThatThrownBy(() -> batch.target(5)).hasMessage("target: 5 (expected: after a publish)");
        batch.publish(new byte[0], new byte[0], new byte[0]);
        assertThatThrownBy(() -> batch.addQueue(1))
                .hasMessage("publish 0 of the batch has no target (expected: one or more)");
    }

    @Test
    void refusesEveryPrefixWithAClassifiedError() {
        RandomBatch random = new RandomBatch(new SplittableRandom(5), SEGMENT, 0);
        random.fill(batch, 40);
        SealedBatch sealed = batch.seal();
        for (int length = 0; length < sealed.metaLength(); length++) {
            int prefix = length;
            assertThatThrownBy(() -> reader.read(frame(sealed, 0), sealed.meta(), 0, prefix, new RecordedRecords()))
                    .as("prefix of %d bytes", prefix)
                    .isInstanceOf(CorruptRecordException.class);
        }
    }

    /** What is damaged in the records may read as other records; it never throws anything else, nor allocates what isn't there. */
    @Test
    void classifiesNoise() {
        int refused = 0;
        for (int seed = 0; seed < 4_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            new RandomBatch(random, SEGMENT, 0).fill(batch, 5);
            SealedBatch sealed = batch.seal();
            byte[] meta = Arrays.copyOf(sealed.meta(), sealed.metaLength());
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                meta[random.nextInt(meta.length)] = (byte) random.nextInt();
            }
            refused += refuses(frame(sealed, 0), meta, seed) ? 1 : 0;
            random.nextBytes(meta);
            refused += refuses(frame(sealed, 0), meta, seed) ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(4_000);
    }

    private boolean refuses(BatchReader.Frame frame, byte[] meta, int seed) {
        try {
            reader.read(frame, meta, 0, meta.length, new RecordedRecords());
            return false;
        } catch (CorruptRecordException e) {
            return true;
        } catch (RuntimeException | OutOfMemoryError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private RecordedRecords read(SealedBatch sealed, int firstOrdinal) throws CorruptRecordException {
        RecordedRecords read = new RecordedRecords();
        CRC32C crc = new CRC32C();
        crc.update(sealed.meta(), 0, sealed.metaLength());
        assertThat(sealed.metaCrc()).isEqualTo((int) crc.getValue());
        int next = reader.read(frame(sealed, firstOrdinal), sealed.meta(), 0, sealed.metaLength(), read);
        assertThat(next).isEqualTo(firstOrdinal + sealed.ordinals());
        return read;
    }

    private static BatchReader.Frame frame(SealedBatch sealed, int firstOrdinal) {
        return new BatchReader.Frame(SEGMENT, firstOrdinal, sealed.records(), 1000, sealed.contentLength());
    }
}
