package dev.octavo.engine.git;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory2;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;

/** Makes the JDK's connections for JGit, and can end those on whose answer a thread waits. */
final class StoppableHttp implements HttpConnectionFactory2 {
    private final JDKHttpConnectionFactory factory = new JDKHttpConnectionFactory();
    private final Set<HttpURLConnection> open = ConcurrentHashMap.newKeySet();

    /** Ends all connections; who waits for one gets an {@link IOException}. */
    void stop() {
        open.forEach(HttpURLConnection::disconnect);
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        return factory.create(remembering(url));
    }

    @Override
    public HttpConnection create(URL url, Proxy proxy) throws IOException {
        return factory.create(remembering(url), proxy);
    }

    @Override
    public GitSession newSession() {
        return factory.newSession();
    }

    /** The same address, which tells us of the connections that are made to it. */
    private URL remembering(URL url) throws IOException {
        return new URL(null, url.toString(), new URLStreamHandler() {
            @Override
            protected URLConnection openConnection(URL same) throws IOException {
                return remember(url.openConnection());
            }

            @Override
            protected URLConnection openConnection(URL same, Proxy proxy) throws IOException {
                return remember(url.openConnection(proxy));
            }
        });
    }

    private URLConnection remember(URLConnection connection) {
        if (connection instanceof HttpURLConnection http) {
            open.add(http);
        }
        return connection;
    }
}
