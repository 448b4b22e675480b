package io.leveret.broker.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.OctetText;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class MessageReaderTest {

    private static final byte[] BODY = {'m'};

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

    private static byte[] head(Address address) {
        byte[] properties = BasicProperties.EMPTY.encoded();
        byte[] head = Arrays.copyOf(address.encoded(), address.encoded().length + properties.length);
        System.arraycopy(properties, 0, head, address.encoded().length, properties.length);
        return head;
    }
}
