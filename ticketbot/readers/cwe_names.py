"""What the common weaknesses are called (MITRE, CWE 4.x), some shortened for a line in a ticket.

A table only. Numbers without a name here are still numbers.
"""

_NAMES = """
16 Configuration
20 Improper Input Validation
22 Path Traversal
23 Relative Path Traversal
36 Absolute Path Traversal
59 Link Following
73 External Control of File Name or Path
74 Injection
77 Command Injection
78 OS Command Injection
79 Cross-site Scripting
80 Basic Cross-site Scripting
88 Argument Injection
89 SQL Injection
90 LDAP Injection
91 XML Injection
93 CRLF Injection
94 Code Injection
95 Eval Injection
98 Remote File Inclusion
113 HTTP Response Splitting
116 Improper Encoding or Escaping of Output
117 Log Injection
119 Memory Buffer Overflow
120 Classic Buffer Overflow
121 Stack-based Buffer Overflow
122 Heap-based Buffer Overflow
125 Out-of-bounds Read
126 Buffer Over-read
129 Improper Validation of Array Index
131 Incorrect Calculation of Buffer Size
134 Externally-Controlled Format String
170 Improper Null Termination
180 Validate Before Canonicalize
185 Incorrect Regular Expression
190 Integer Overflow or Wraparound
191 Integer Underflow
193 Off-by-one Error
200 Exposure of Sensitive Information
201 Sensitive Information in Sent Data
203 Observable Discrepancy
204 Observable Response Discrepancy
208 Observable Timing Discrepancy
209 Error Message Containing Sensitive Information
213 Exposure of Sensitive Information by Policy
215 Sensitive Information in Debugging Code
242 Use of Inherently Dangerous Function
250 Execution with Unnecessary Privileges
252 Unchecked Return Value
256 Plaintext Storage of a Password
257 Storing Passwords in a Recoverable Format
259 Hard-coded Password
260 Password in Configuration File
261 Weak Encoding for Password
266 Incorrect Privilege Assignment
269 Improper Privilege Management
276 Incorrect Default Permissions
284 Improper Access Control
285 Improper Authorization
287 Improper Authentication
288 Authentication Bypass Using an Alternate Path
290 Authentication Bypass by Spoofing
294 Authentication Bypass by Capture-replay
295 Improper Certificate Validation
297 Certificate with Host Mismatch
306 Missing Authentication for Critical Function
307 Excessive Authentication Attempts not Restricted
311 Missing Encryption of Sensitive Data
312 Cleartext Storage of Sensitive Information
315 Cleartext Storage in a Cookie
319 Cleartext Transmission of Sensitive Information
321 Hard-coded Cryptographic Key
322 Key Exchange without Entity Authentication
326 Inadequate Encryption Strength
327 Broken or Risky Cryptographic Algorithm
328 Weak Hash
329 Predictable IV with CBC Mode
330 Insufficiently Random Values
331 Insufficient Entropy
338 Cryptographically Weak PRNG
345 Insufficient Verification of Data Authenticity
346 Origin Validation Error
347 Improper Verification of Cryptographic Signature
352 Cross-Site Request Forgery
353 Missing Support for Integrity Check
359 Exposure of Private Personal Information
362 Race Condition
367 Time-of-check Time-of-use Race Condition
369 Divide By Zero
377 Insecure Temporary File
379 Temporary File in Directory with Insecure Permissions
384 Session Fixation
400 Uncontrolled Resource Consumption
401 Memory Leak
404 Improper Resource Shutdown or Release
407 Inefficient Algorithmic Complexity
409 Data Amplification
415 Double Free
416 Use After Free
425 Forced Browsing
426 Untrusted Search Path
427 Uncontrolled Search Path Element
434 Unrestricted Upload of Dangerous File Type
436 Interpretation Conflict
441 Confused Deputy
444 HTTP Request Smuggling
451 User Interface Misrepresentation
457 Use of Uninitialized Variable
470 Unsafe Reflection
471 Modification of Assumed-Immutable Data
476 NULL Pointer Dereference
477 Use of Obsolete Function
489 Active Debug Code
494 Download of Code Without Integrity Check
497 Exposure of System Information
501 Trust Boundary Violation
502 Deserialization of Untrusted Data
521 Weak Password Requirements
522 Insufficiently Protected Credentials
523 Unprotected Transport of Credentials
524 Cache Containing Sensitive Information
525 Browser Cache Containing Sensitive Information
532 Sensitive Information in Log File
538 Sensitive Information in Externally-Accessible File
540 Sensitive Information in Source Code
546 Suspicious Comment
548 Directory Listing
552 Files Accessible to External Parties
564 SQL Injection: Hibernate
565 Reliance on Cookies without Validation
598 Sensitive Query Strings in GET Request
601 Open Redirect
602 Client-Side Enforcement of Server-Side Security
610 Externally Controlled Reference
611 XML External Entity Reference
613 Insufficient Session Expiration
614 Cookie Without 'Secure' Attribute
620 Unverified Password Change
639 Authorization Bypass Through User-Controlled Key
640 Weak Password Recovery Mechanism
643 XPath Injection
644 Improper Neutralization of HTTP Headers
652 XQuery Injection
662 Improper Synchronization
667 Improper Locking
668 Exposure of Resource to Wrong Sphere
672 Operation on a Resource after Release
676 Use of Potentially Dangerous Function
681 Incorrect Conversion between Numeric Types
682 Incorrect Calculation
693 Protection Mechanism Failure
703 Improper Handling of Exceptional Conditions
704 Incorrect Type Conversion
706 Incorrectly-Resolved Name or Reference
710 Improper Adherence to Coding Standards
732 Incorrect Permission Assignment
749 Exposed Dangerous Method
754 Improper Check for Exceptional Conditions
755 Improper Handling of Exceptional Conditions
759 Hash without a Salt
770 Allocation of Resources Without Limits
772 Missing Release of Resource
776 XML Entity Expansion
778 Insufficient Logging
780 RSA without OAEP
787 Out-of-bounds Write
798 Hard-coded Credentials
799 Improper Control of Interaction Frequency
807 Reliance on Untrusted Inputs in a Security Decision
824 Access of Uninitialized Pointer
829 Inclusion from Untrusted Control Sphere
834 Excessive Iteration
835 Infinite Loop
840 Business Logic Errors
843 Type Confusion
862 Missing Authorization
863 Incorrect Authorization
908 Use of Uninitialized Resource
915 Mass Assignment
916 Password Hash With Insufficient Effort
917 Expression Language Injection
918 Server-Side Request Forgery
922 Insecure Storage of Sensitive Information
937 Using Components with Known Vulnerabilities
942 Permissive Cross-domain Policy
943 NoSQL Injection
1004 Cookie Without 'HttpOnly' Flag
1021 Clickjacking
1035 Using Components with Known Vulnerabilities
1059 Insufficient Technical Documentation
1104 Use of Unmaintained Third Party Components
1188 Insecure Default Initialization
1220 Insufficient Granularity of Access Control
1236 CSV Formula Injection
1275 Cookie with Improper SameSite Attribute
1321 Prototype Pollution
1333 Inefficient Regular Expression Complexity
1336 Template Injection
1390 Weak Authentication
1391 Use of Weak Credentials
1395 Dependency on Vulnerable Third-Party Component
"""
CWE_NAMES = {
    int(number): name
    for number, name in (line.split(" ", 1) for line in _NAMES.split("\n") if line)
}
