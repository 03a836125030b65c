package dev.octavo.engine.git;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;

/**
 * What a failure of JGit means to the person who reads it.
 *
 * @param why the reason, without a login
 * @param fix what to do about it
 */
public record GitFailure(Kind kind, String why, String fix) {
    /** What went wrong. */
    public enum Kind {
        /** The remote wants a login, or refuses the one given. */
        UNAUTHORIZED,
        /** The remote knows who asks, and does not allow it. */
        FORBIDDEN,
        /** No such repository, or none that this login may see. */
        NOT_FOUND,
        /** Nobody answers at the address. */
        UNREACHABLE,
        /** Who answers cannot show that it is who it should be. */
        UNTRUSTED,
        /** The disk is full or cannot be written. */
        DISK,
        OTHER
    }

    /** Reads {@code failure} and its causes. */
    public static GitFailure of(Throwable failure, GitRemote remote) {
        String text = remote.withoutLogin(messages(failure));
        return switch (kind(failure, text.toLowerCase(Locale.ROOT))) {
            case UNAUTHORIZED ->
                remote.isSsh()
                        ? new GitFailure(
                                Kind.UNAUTHORIZED,
                                "the SSH client could not log in\n" + text,
                                "check that \"ssh -T\" to that host works for this user: its key, and the host's in known_hosts")
                        : remote.hasLogin()
                                ? new GitFailure(
                                        Kind.UNAUTHORIZED,
                                        "the remote refuses the name and password it was given\n" + text,
                                        "check GIT_USERNAME and GIT_PASSWORD: the password is often a token, which may have expired")
                                : new GitFailure(
                                        Kind.UNAUTHORIZED,
                                        "the remote wants a login and none was given\n" + text,
                                        "set GIT_USERNAME and GIT_PASSWORD (a token that may read and write the repository)");
            case FORBIDDEN ->
                new GitFailure(
                        Kind.FORBIDDEN,
                        "the remote does not allow this\n" + text,
                        "give the account write access to the repository, and look for rules that protect its tags");
            case NOT_FOUND ->
                new GitFailure(
                        Kind.NOT_FOUND,
                        "there is no such repository, or this login may not see it\n" + text,
                        "check the address, and the access of the account");
            case UNREACHABLE ->
                new GitFailure(
                        Kind.UNREACHABLE,
                        (isUnknown(failure) ? "no such host is known\n" : "nobody answers there\n") + text,
                        "check the address, the network and the proxy");
            case UNTRUSTED ->
                new GitFailure(
                        Kind.UNTRUSTED,
                        "its certificate is not trusted\n" + text,
                        "add the certificate's issuer to the trust store of the Java that runs this"
                                + " (-Djavax.net.ssl.trustStore), or correct the address");
            case DISK -> new GitFailure(Kind.DISK, text, "free space there, or choose another work folder");
            case OTHER -> new GitFailure(Kind.OTHER, text, "see the reason above");
        };
    }

    private static Kind kind(Throwable failure, String text) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AccessDeniedException || cause instanceof ReadOnlyFileSystemException) {
                return Kind.DISK;
            }
        }
        if (text.contains("no space left on device")
                || text.contains("disk quota exceeded")
                || text.contains("read-only file system")
                || text.contains("not enough space on the disk")) {
            return Kind.DISK;
        }
        if (text.contains("not authorized")
                || text.contains("authentication is required")
                || text.contains("authentication not supported")
                || text.contains("permission denied (publickey")
                || text.contains("host key verification failed")) {
            return Kind.UNAUTHORIZED;
        }
        if (text.contains("could not resolve hostname")
                || text.contains("connection refused")
                || text.contains("connection timed out")
                || text.contains("no route to host")) {
            return Kind.UNREACHABLE;
        }
        if (text.contains("not permitted") || text.contains("forbidden")) {
            return Kind.FORBIDDEN;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NoRemoteRepositoryException) {
                return Kind.NOT_FOUND;
            }
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException
                    || cause instanceof SocketTimeoutException
                    || cause instanceof SocketException) {
                return Kind.UNREACHABLE;
            }
            if (cause instanceof SSLException) {
                return Kind.UNTRUSTED;
            }
        }
        return Kind.OTHER;
    }

    private static boolean isUnknown(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    private static String messages(Throwable failure) {
        StringBuilder text = new StringBuilder();
        String last = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            // JGit repeats a cause's message within its own
            if (!last.contains(message)) {
                text.append(text.isEmpty() ? "" : ": ").append(message.strip());
                last = message;
            }
        }
        return text.toString();
    }

    /** Whether a failure says that the disk is full or cannot be written. */
    public static boolean isDisk(IOException failure) {
        return kind(failure, messages(failure).toLowerCase(Locale.ROOT)) == Kind.DISK;
    }
}
