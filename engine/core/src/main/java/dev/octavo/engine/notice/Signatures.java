package dev.octavo.engine.notice;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How robots want to be sure that it is us. All of them use HMAC with SHA-256, each in its own way. */
final class Signatures {
    private static final String ALGORITHM = "HmacSHA256";

    private Signatures() {}

    /**
     * DingTalk: milliseconds, a line end and the key are signed with the key; Base64, made fit for an address.
     *
     * @see <a href="https://open.dingtalk.com/document/robots/customize-robot-security-settings">its documentation</a>
     */
    static String dingtalk(Instant now, String secret) {
        String time = String.valueOf(now.toEpochMilli());
        String sign = base64(hmac(bytes(secret), bytes(time + "\n" + secret)));
        return "timestamp=" + time + "&sign=" + URLEncoder.encode(sign, StandardCharsets.UTF_8);
    }

    /**
     * Feishu: nothing is signed, with seconds, a line end and the key as the key.
     *
     * @see <a href="https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot">its documentation</a>
     */
    static String feishu(Instant now, String secret) {
        return base64(hmac(bytes(now.getEpochSecond() + "\n" + secret), new byte[0]));
    }

    /** Any other program: seconds, a full stop and the body. */
    static String webhook(Instant now, String secret, String body) {
        return "sha256=" + HexFormat.of().formatHex(hmac(bytes(secret), bytes(now.getEpochSecond() + "." + body)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
