package com.example.shop.orders;

import com.example.shop.common.ShopProblem;
import org.springframework.http.HttpStatus;

/** The catalog did not tell what an order needs to know. */
class CatalogException extends ShopProblem {
    private static final long serialVersionUID = 1L;
    private static final int RETRY_SECONDS = 5;

    private CatalogException(HttpStatus status, String detail, Throwable cause) {
        super(status, "The catalog does not answer as it should", detail, cause);
    }

    /** It was not reached, or took too long: later may be better. */
    static CatalogException unavailable(Throwable cause) {
        CatalogException problem = new CatalogException(
                HttpStatus.SERVICE_UNAVAILABLE, "The catalog cannot be reached; please try again", cause);
        problem.retryAfter(RETRY_SECONDS);
        return problem;
    }

    /** It answered, but with something that is of no use. */
    static CatalogException badAnswer(String what, Throwable cause) {
        return new CatalogException(HttpStatus.BAD_GATEWAY, what, cause);
    }
}
