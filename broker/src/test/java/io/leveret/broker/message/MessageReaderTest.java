package io.leveret.broker.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.OctetText;
import io.leveret.broker.message.Message.Past;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MessageReaderTest {

    private static final byte[] BODY = {'m'};
    private static final Address ADDRESS = new Address("x", "k");
    private static final BasicProperties COPIED = headers("CC", "cc");

    private final MessageReader reader = new MessageReader();

    @Test
    void aRoutingKeyThatIsNotUtf8ComesBackOctetByOctet() {
        Address address = new Address("amq.fanout", OctetText.decode((byte) 'k', (byte) 0xE9));

        Message read = reader.read(head(address), BODY);

        assertThat(read.address().encoded()).isEqualTo(address.encoded()).endsWith((byte) 'k', (byte) 0xE9);
        assertThat(read.properties().encoded()).isEqualTo(BasicProperties.EMPTY.encoded());
    }

    @Test
    void messagesOfOneAddressShareIt() {
        Address address = new Address("x", "k");

        Message first = reader.read(head(address), BODY);
        Message second = reader.read(head(address), BODY);

        assertThat(second.address()).isSameAs(first.address());
    }

    @Test
    void keysThatNoHeaderTellsComeBack() {
        for (Past past : Past.values()) {
            for (List<String> keys : List.of(List.<String>of(), List.of("a", OctetText.decode((byte) 0xE9)))) {
                Message message = new Message(ADDRESS, COPIED, BODY, past, keys);

                Message read = reader.read(head(ADDRESS, MessageWriter.properties(message)), BODY);

                assertThat(read.past()).isEqualTo(past);
                assertThat(read.furtherKeys()).isEqualTo(keys);
                assertThat(read.properties().encoded()).isEqualTo(COPIED.encoded());
            }
        }
    }

    @Test
    void keysThatItsHeaderTellsAreNotWrittenTwice() {
        for (Past past : Past.values()) {
            Message message = new Message(ADDRESS, COPIED, BODY, past);

            byte[] written = MessageWriter.properties(message);
            Message read = reader.read(head(ADDRESS, written), BODY);

            assertThat(written).hasSameSizeAs(COPIED.encoded());
            assertThat(read.furtherKeys()).isNull();
            assertThat(read.routingKeys()).containsExactly("k", "cc");
            assertThat(read.past()).isEqualTo(past);
        }
    }

    @Test
    void aMessageWhoseOnlyHeaderToldItsKeysKeepsAnEmptyTable() {
        BasicProperties empty =
                BasicProperties.builder().headers(FieldTable.EMPTY).build();
        Message message = new Message(ADDRESS, empty, BODY, Past.NONE, List.of("bcc"));

        Message read = reader.read(head(ADDRESS, MessageWriter.properties(message)), BODY);

        assertThat(read.properties().encoded()).isEqualTo(empty.encoded());
        assertThat(read.routingKeys()).containsExactly("k", "bcc");
    }

    @Test
    void aClientsMeaninglessFlagGivesNoMeaningToItsHeader() {
        BasicProperties forged = headers("x-leveret-routing-keys", "secret");
        byte[] flagged = forged.encoded().clone();
        flagged[1] |= 2;
        Message message = new Message(ADDRESS, BasicProperties.of(flagged), BODY);

        Message read = reader.read(head(ADDRESS, MessageWriter.properties(message)), BODY);

        assertThat(read.properties().encoded()).isEqualTo(forged.encoded());
        assertThat(read.routingKeys()).containsExactly("k");
    }

    @Test
    void aClientsHeaderOfThatNameIsNotTakenForKeys() {
        BasicProperties forged = headers("x-leveret-routing-keys", "secret");
        Message published = new Message(ADDRESS, forged, BODY);
        Message dead = new Message(ADDRESS, forged, BODY, Past.DEAD_LETTERED);

        assertThat(reader.read(head(ADDRESS, MessageWriter.properties(published)), BODY)
                        .routingKeys())
                .containsExactly("k");
        assertThat(reader.read(head(ADDRESS, MessageWriter.properties(dead)), BODY)
                        .routingKeys())
                .containsExactly("k");
    }

    private static BasicProperties headers(String name, String key) {
        return BasicProperties.builder()
                .headers(FieldTable.builder()
                        .put(name, List.of(FieldValue.of(key)))
                        .build())
                .build();
    }

    private static byte[] head(Address address) {
        return head(address, BasicProperties.EMPTY.encoded());
    }

    private static byte[] head(Address address, byte[] properties) {
        byte[] head = Arrays.copyOf(address.encoded(), address.encoded().length + properties.length);
        System.arraycopy(properties, 0, head, address.encoded().length, properties.length);
        return head;
    }
}
