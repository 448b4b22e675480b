package io.leveret.amqp.method;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.Malformed;
import io.netty.buffer.ByteBuf;

/** Reads the payload of a method frame, of server and client alike; fails with the code and text of RabbitMQ 4.3. */
public final class MethodReader {

    private MethodReader() {}

    /** Reads class id, method id and arguments, which must end where the payload ends. */
    public static Method read(ByteBuf payload) {
        int from = payload.readerIndex() + Integer.BYTES;
        int to = payload.writerIndex();
        try {
            Method method = arguments(payload.readInt(), payload);
            if (payload.isReadable()) {
                throw Malformed.arguments(payload, from, to);
            }
            return method;
        } catch (IndexOutOfBoundsException e) {
            throw Malformed.arguments(payload, Math.min(from, to), to);
        }
    }

    private static Method arguments(int id, ByteBuf in) {
        return switch (id) {
            case ConnectionStart.ID -> ConnectionStart.read(in);
            case ConnectionStartOk.ID -> ConnectionStartOk.read(in);
            case ConnectionSecure.ID -> ConnectionSecure.read(in);
            case ConnectionSecureOk.ID -> ConnectionSecureOk.read(in);
            case ConnectionTune.ID -> ConnectionTune.read(in);
            case ConnectionTuneOk.ID -> ConnectionTuneOk.read(in);
            case ConnectionOpen.ID -> ConnectionOpen.read(in);
            case ConnectionOpenOk.ID -> ConnectionOpenOk.read(in);
            case ConnectionClose.ID -> ConnectionClose.read(in);
            case ConnectionCloseOk.ID -> ConnectionCloseOk.read(in);
            case ConnectionBlocked.ID -> ConnectionBlocked.read(in);
            case ConnectionUnblocked.ID -> ConnectionUnblocked.read(in);
            case ConnectionUpdateSecret.ID -> ConnectionUpdateSecret.read(in);
            case ConnectionUpdateSecretOk.ID -> ConnectionUpdateSecretOk.read(in);
            case ChannelOpen.ID -> ChannelOpen.read(in);
            case ChannelOpenOk.ID -> ChannelOpenOk.read(in);
            case ChannelFlow.ID -> ChannelFlow.read(in);
            case ChannelFlowOk.ID -> ChannelFlowOk.read(in);
            case ChannelClose.ID -> ChannelClose.read(in);
            case ChannelCloseOk.ID -> ChannelCloseOk.read(in);
            case AccessRequest.ID -> AccessRequest.read(in);
            case AccessRequestOk.ID -> AccessRequestOk.read(in);
            case ExchangeDeclare.ID -> ExchangeDeclare.read(in);
            case ExchangeDeclareOk.ID -> ExchangeDeclareOk.read(in);
            case ExchangeDelete.ID -> ExchangeDelete.read(in);
            case ExchangeDeleteOk.ID -> ExchangeDeleteOk.read(in);
            case ExchangeBind.ID -> ExchangeBind.read(in);
            case ExchangeBindOk.ID -> ExchangeBindOk.read(in);
            case ExchangeUnbind.ID -> ExchangeUnbind.read(in);
            case ExchangeUnbindOk.ID -> ExchangeUnbindOk.read(in);
            case QueueDeclare.ID -> QueueDeclare.read(in);
            case QueueDeclareOk.ID -> QueueDeclareOk.read(in);
            case QueueBind.ID -> QueueBind.read(in);
            case QueueBindOk.ID -> QueueBindOk.read(in);
            case QueuePurge.ID -> QueuePurge.read(in);
            case QueuePurgeOk.ID -> QueuePurgeOk.read(in);
            case QueueDelete.ID -> QueueDelete.read(in);
            case QueueDeleteOk.ID -> QueueDeleteOk.read(in);
            case QueueUnbind.ID -> QueueUnbind.read(in);
            case QueueUnbindOk.ID -> QueueUnbindOk.read(in);
            case BasicQos.ID -> BasicQos.read(in);
            case BasicQosOk.ID -> BasicQosOk.read(in);
            case BasicConsume.ID -> BasicConsume.read(in);
            case BasicConsumeOk.ID -> BasicConsumeOk.read(in);
            case BasicCancel.ID -> BasicCancel.read(in);
            case BasicCancelOk.ID -> BasicCancelOk.read(in);
            case BasicPublish.ID -> BasicPublish.read(in);
            case BasicReturn.ID -> BasicReturn.read(in);
            case BasicDeliver.ID -> BasicDeliver.read(in);
            case BasicGet.ID -> BasicGet.read(in);
            case BasicGetOk.ID -> BasicGetOk.read(in);
            case BasicGetEmpty.ID -> BasicGetEmpty.read(in);
            case BasicAck.ID -> BasicAck.read(in);
            case BasicReject.ID -> BasicReject.read(in);
            case BasicRecoverAsync.ID -> BasicRecoverAsync.read(in);
            case BasicRecover.ID -> BasicRecover.read(in);
            case BasicRecoverOk.ID -> BasicRecoverOk.read(in);
            case BasicNack.ID -> BasicNack.read(in);
            case ConfirmSelect.ID -> ConfirmSelect.read(in);
            case ConfirmSelectOk.ID -> ConfirmSelectOk.read(in);
            case TxSelect.ID -> TxSelect.read(in);
            case TxSelectOk.ID -> TxSelectOk.read(in);
            case TxCommit.ID -> TxCommit.read(in);
            case TxCommitOk.ID -> TxCommitOk.read(in);
            case TxRollback.ID -> TxRollback.read(in);
            case TxRollbackOk.ID -> TxRollbackOk.read(in);
            default -> throw unknown(id);
        };
    }

    /** RabbitMQ drops the connection without a word; the specification's code for it is 503. */
    private static AmqpException unknown(int id) {
        return AmqpException.commandInvalid("unknown method " + (id & 0xFFFF) + " of class " + (id >>> 16));
    }
}
