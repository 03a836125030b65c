package dev.octavo.engine.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentProxiesTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "HTTPS_PROXY", "http://proxy.example.org:3128",
            "http_proxy", "plain.example.org",
            "NO_PROXY", "harbor.example.com, .corp.example.org:443");

    private static String proxy(String address) {
        Proxy proxy =
                EnvironmentProxies.of(ENVIRONMENT).select(URI.create(address)).get(0);
        return proxy.address() instanceof InetSocketAddress socket
                ? socket.getHostString() + ":" + socket.getPort()
                : proxy.toString();
    }

    @Test
    void goesThroughTheProxyOfTheScheme() {
        assertThat(proxy("https://registry.example.net/v2/")).isEqualTo("proxy.example.org:3128");
        assertThat(proxy("http://registry.example.net/v2/")).isEqualTo("plain.example.org:80");
    }

    @Test
    void goesDirectlyWhereThatIsSaid() {
        for (String host : new String[] {
            "harbor.example.com", "a.corp.example.org", "corp.example.org", "localhost:5000", "127.0.0.1:5000"
        }) {
            assertThat(proxy("https://" + host + "/v2/")).as(host).isEqualTo("DIRECT");
        }
        assertThat(proxy("https://notharbor.example.com/")).isEqualTo("proxy.example.org:3128");
    }

    @Test
    void leavesItToJavaWhereTheEnvironmentNamesNone() {
        assertThat(EnvironmentProxies.of(Map.of("NO_PROXY", "x"))).isSameAs(ProxySelector.getDefault());
    }
}
