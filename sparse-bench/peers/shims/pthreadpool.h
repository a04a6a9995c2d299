/* The one name that XNNPACK's headers need of pthreadpool; the microkernels do not use it. */
#ifndef SPARSE4J_PTHREADPOOL_H
#define SPARSE4J_PTHREADPOOL_H

typedef struct pthreadpool *pthreadpool_t;

#endif
