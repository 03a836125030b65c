package dev.octavo.engine.sandbox.pod;

import dev.octavo.engine.sandbox.kube.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import tools.jackson.databind.JsonNode;

/** Asks a container once whether it is well, as a probe describes. */
final class Prober {
    private static final int MAX_ANSWER = 10 * 1024;

    /** The outcome; the message says why not. */
    record Outcome(boolean success, String message) {
        static final Outcome GOOD = new Outcome(true, "");
    }

    /** Runs a program in the container. */
    interface Exec {
        Outcome run(List<String> command, Duration timeout) throws InterruptedException;
    }

    private final String address;
    private final Function<Integer, Optional<InetSocketAddress>> reach;
    private final JsonNode container;
    private final Exec exec;

    Prober(String address, Function<Integer, Optional<InetSocketAddress>> reach, JsonNode container, Exec exec) {
        this.address = address;
        this.reach = reach;
        this.container = container;
        this.exec = exec;
    }

    /** @param probe or hook: with {@code httpGet}, {@code tcpSocket} or {@code exec} */
    Outcome probe(JsonNode probe, Duration timeout) throws InterruptedException {
        if (probe.has("httpGet")) {
            return httpGet(probe.path("httpGet"), timeout);
        }
        if (probe.has("tcpSocket")) {
            return tcpSocket(probe.path("tcpSocket"), timeout);
        }
        if (probe.has("exec")) {
            List<String> command = probe.path("exec")
                    .path("command")
                    .valueStream()
                    .map(each -> each.asString(""))
                    .toList();
            return exec.run(command, timeout);
        }
        return new Outcome(false, "the sandbox does not offer this kind of probe: " + Json.text(probe));
    }

    private Optional<Integer> port(JsonNode port) {
        if (port.isNumber()) {
            return Optional.of(port.asInt(0));
        }
        String name = port.asString("");
        for (JsonNode each : container.path("ports")) {
            if (Json.text(each, "name").equals(name)) {
                return Optional.of(each.path("containerPort").asInt(0));
            }
        }
        try {
            return Optional.of(Integer.parseInt(name));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private Optional<InetSocketAddress> where(JsonNode action, int port) {
        String host = Json.text(action, "host");
        return host.isEmpty() || host.equals(address)
                ? reach.apply(port)
                : Optional.of(new InetSocketAddress(host, port));
    }

    private Outcome tcpSocket(JsonNode action, Duration timeout) {
        Optional<Integer> port = port(action.path("port"));
        if (port.isEmpty()) {
            return new Outcome(false, "couldn't find port: " + Json.text(action.path("port")));
        }
        Optional<InetSocketAddress> target = where(action, port.get());
        if (target.isEmpty()) {
            return refused(port.get());
        }
        try (Socket socket = new Socket()) {
            socket.connect(target.get(), (int) timeout.toMillis());
            return Outcome.GOOD;
        } catch (SocketTimeoutException e) {
            return new Outcome(false, "dial tcp " + address + ":" + port.get() + ": i/o timeout");
        } catch (IOException e) {
            return refused(port.get());
        }
    }

    private Outcome refused(int port) {
        return new Outcome(false, "dial tcp " + address + ":" + port + ": connect: connection refused");
    }

    private Outcome httpGet(JsonNode action, Duration timeout) {
        Optional<Integer> port = port(action.path("port"));
        if (port.isEmpty()) {
            return new Outcome(false, "couldn't find port: " + Json.text(action.path("port")));
        }
        boolean tls = Json.text(action, "scheme").equalsIgnoreCase("HTTPS");
        String path = Json.text(action, "path");
        String url = (tls ? "https" : "http") + "://" + address + ":" + port.get()
                + (path.startsWith("/") ? path : "/" + path);
        Optional<InetSocketAddress> target = where(action, port.get());
        if (target.isEmpty()) {
            return new Outcome(
                    false, "Get \"" + url + "\": " + refused(port.get()).message());
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        try (Socket plain = new Socket()) {
            plain.connect(target.get(), (int) timeout.toMillis());
            Socket socket = tls ? secure(plain, port.get()) : plain;
            socket.getOutputStream().write(request(action, path, port.get()));
            socket.getOutputStream().flush();
            return answer(read(socket, deadline));
        } catch (SocketTimeoutException e) {
            return new Outcome(
                    false,
                    "Get \"" + url + "\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        } catch (IOException | GeneralSecurityException e) {
            String why = e instanceof java.net.ConnectException
                    ? refused(port.get()).message()
                    : String.valueOf(e.getMessage());
            return new Outcome(false, "Get \"" + url + "\": " + why);
        }
    }

    private byte[] request(JsonNode action, String path, int port) {
        StringBuilder text = new StringBuilder("GET ")
                .append(path.startsWith("/") ? path : "/" + path)
                .append(" HTTP/1.1\r\n");
        boolean host = false;
        boolean agent = false;
        boolean accept = false;
        for (JsonNode header : action.path("httpHeaders")) {
            String name = Json.text(header, "name").strip();
            String value = Json.text(header, "value");
            if (!name.matches("[A-Za-z0-9-]+") || value.contains("\n") || value.contains("\r")) {
                continue;
            }
            host |= name.equalsIgnoreCase("Host");
            agent |= name.equalsIgnoreCase("User-Agent");
            accept |= name.equalsIgnoreCase("Accept");
            text.append(name).append(": ").append(value).append("\r\n");
        }
        if (!host) {
            text.append("Host: ").append(address).append(':').append(port).append("\r\n");
        }
        if (!agent) {
            text.append("User-Agent: kube-probe/1.33\r\n");
        }
        if (!accept) {
            text.append("Accept: */*\r\n");
        }
        return text.append("Connection: close\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Reads the answer's head and the beginning of its body. */
    private static String read(Socket socket, long deadline) throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] buffer = new byte[2048];
        while (answer.size() < MAX_ANSWER) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout((int) left);
            int count = in.read(buffer);
            if (count < 0) {
                break;
            }
            answer.write(buffer, 0, count);
            String text = answer.toString(StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            // a good answer's body is of no interest
            if (end > 0 && text.startsWith("HTTP/1.") && text.length() > 9 && text.charAt(9) < '4') {
                break;
            }
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    private static Outcome answer(String text) {
        String[] words = text.split("[ \r\n]", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[0-9]{3}")) {
            return new Outcome(false, text.isEmpty() ? "EOF" : "malformed HTTP response");
        }
        int code = Integer.parseInt(words[1]);
        return code >= 200 && code < 400
                ? Outcome.GOOD
                : new Outcome(false, "HTTP probe failed with statuscode: " + code);
    }

    /** A probe trusts every certificate, as the kubelet does. */
    private static SSLSocket secure(Socket plain, int port) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustingEverybody()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(plain, plain.getInetAddress().getHostAddress(), port, true);
        socket.startHandshake();
        return socket;
    }

    private static final class TrustingEverybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
