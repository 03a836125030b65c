package hudson;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A step's failure, under the name by which libraries written for Jenkins catch it. */
public class AbortException extends IOException {
    private static final long serialVersionUID = 1L;

    public AbortException(String message) {
        super(message);
    }

    public AbortException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
