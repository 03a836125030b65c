package dev.octavo.engine.image.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Proxies as programs other than Java have them: {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY}. */
public final class EnvironmentProxies extends ProxySelector {
    private static final int HTTP = 80;

    private final Map<String, String> environment;

    private EnvironmentProxies(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Those of the environment; where it names none, those of Java. */
    public static ProxySelector of(Map<String, String> environment) {
        EnvironmentProxies own = new EnvironmentProxies(environment);
        boolean none =
                own.value("https_proxy").isEmpty() && own.value("http_proxy").isEmpty();
        ProxySelector java = ProxySelector.getDefault();
        return none && java != null ? java : own;
    }

    private String value(String name) {
        String lower = environment.getOrDefault(name, "");
        return lower.isEmpty() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "") : lower;
    }

    @Override
    public List<Proxy> select(URI uri) {
        String host = Objects.requireNonNullElse(uri.getHost(), "").toLowerCase(Locale.ROOT);
        String named = value("https".equals(uri.getScheme()) ? "https_proxy" : "http_proxy");
        if (named.isEmpty() || isLoopback(host) || isExcepted(host)) {
            return List.of(Proxy.NO_PROXY);
        }
        try {
            URI proxy = URI.create(named.contains("://") ? named : "http://" + named);
            if (proxy.getHost() == null) {
                return List.of(Proxy.NO_PROXY);
            }
            int port = proxy.getPort() < 0 ? HTTP : proxy.getPort();
            return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
        } catch (IllegalArgumentException e) {
            return List.of(Proxy.NO_PROXY); // no address: as if there were none
        }
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    /** {@code example.com} and {@code .example.com} mean the host and all below it. */
    private boolean isExcepted(String host) {
        for (String each : value("no_proxy").toLowerCase(Locale.ROOT).split(",")) {
            String name = each.strip().replaceFirst("^\\*?\\.", "").replaceFirst(":[0-9]+$", "");
            if (name.equals("*") || (!name.isEmpty() && (host.equals(name) || host.endsWith("." + name)))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // the call that failed tells
    }
}
